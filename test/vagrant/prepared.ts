/** The box that `npm run test:vagrant` made, or that SWARMLAB_TEST_BOX names. */
export const box = process.env.SWARMLAB_TEST_BOX ?? '';
if (box === '') throw new Error('SWARMLAB_TEST_BOX names no .box file: run npm run test:vagrant, which makes one');
