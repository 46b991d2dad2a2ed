/**
 * Vagrant's providers that are tested; both make machines of the host's own architecture. In a file of its own: the command
 * line needs it at every start, and the schema's library costs more time than all the rest of that.
 */
export const vagrantProviders = ['virtualbox', 'libvirt'] as const;
