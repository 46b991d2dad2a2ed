import { requireNode } from './setup/node-version.mjs';

requireNode();
// Loaded only now: an older Node might not be able to read these files.
import('./setup/test.mjs').then(function (test) {
  return test.main(process.argv.slice(2));
});
