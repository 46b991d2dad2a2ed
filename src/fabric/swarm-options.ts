// How an engine is told to form a swarm, or to join one.

export interface SwarmInit {
  /** Address only. */
  advertiseAddress: string;
  /** Address and port. */
  listenAddress: string;
  dataPathAddress: string;
  dataPathPort: number;
  addressPool: string;
  subnetPrefixLength: number;
}

export interface SwarmJoin {
  advertiseAddress: string;
  listenAddress: string;
  dataPathAddress: string;
  remoteAddresses: readonly string[];
  joinToken: string;
}
