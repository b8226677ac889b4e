#!/usr/bin/env node
// Writes docs/errors.md from the list of codes: node scripts/error-page.js (after npm run build).
import { writeFileSync } from 'node:fs';
import { errorPage } from '../dist/base/index.js';

writeFileSync(new URL('../docs/errors.md', import.meta.url), errorPage());
