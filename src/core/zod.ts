// The one importer of zod, for every room that has a schema.
export { z } from 'zod';
