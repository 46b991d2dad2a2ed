/** The providers that are built. */
export const providerKinds = ['netns', 'vagrant'] as const;

/** The most nodes of one role, and of all roles together. */
export const mostNodes = 60;
