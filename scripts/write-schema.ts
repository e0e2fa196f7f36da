import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildApiSchema, schemaText } from '../src/api/schema';

writeFileSync(join(__dirname, '..', 'schema.graphql'), schemaText(buildApiSchema()));
