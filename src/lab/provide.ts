import type { Provider, ProviderContext, Remains, RemainsContext } from '../provider/provider.ts';

/** The provider of the plan's kind, loaded only now: the others' packages may not even work on this platform. */
export async function createProvider(context: ProviderContext): Promise<Provider> {
  const kind = context.plan.provider;
  switch (kind) {
    case 'netns': {
      const { createNetnsProvider } = await import('../provider/netns/netns.ts');
      return createNetnsProvider(context);
    }
    case 'vagrant': {
      const { createVagrantProvider } = await import('../provider/vagrant/vagrant.ts');
      return createVagrantProvider(context);
    }
    default:
      return kind satisfies never;
  }
}

/** What any provider may have left of a lab; all are asked, since the state that names one may be gone. */
export async function remainsOf(context: RemainsContext): Promise<readonly Remains[]> {
  const { createVagrantRemains } = await import('../provider/vagrant/vagrant.ts');
  const vagrant = createVagrantRemains(context);
  if (process.platform !== 'linux') return [vagrant];
  const { createNetnsRemains } = await import('../provider/netns/netns.ts');
  return [createNetnsRemains(context), vagrant];
}
