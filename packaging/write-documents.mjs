/** Writes the documents that are made from the code; `npm run docs` builds first. A test notices when they differ. */
import { writeFileSync } from "node:fs";
import { featureDocument } from "../dist/features/index.js";
import { configurationDocument } from "../dist/src/config/document.js";

const DOCUMENTS = { features: featureDocument, configuration: configurationDocument };

for (const [name, text] of Object.entries(DOCUMENTS)) {
  writeFileSync(new URL(`../docs/${name}.md`, import.meta.url), text());
}
