#!/usr/bin/env node
import { main } from './main/cli.io.js';

await main(process.argv);
