import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import tseslint from "typescript-eslint";

/**
 * The architecture, as docs/architecture.md draws it. A row replaces the earlier rows for its files, so
 * every row is complete. A folder of another part is entered through its index.ts alone.
 *
 * `pure` folders compute: they import only themselves and their pure neighbours, and neither packages nor
 * `node:` modules; time and randomness come in as arguments.
 */
const zones = [
  { files: "milter", mayImport: [] },
  { files: "milter/wire", mayImport: [], pure: true },
  { files: "features", mayImport: [] },
  { files: "features/decode", mayImport: [], pure: true },
  { files: "features/flow", mayImport: [], pure: true },
  { files: "features/extract", mayImport: [], pure: true },
  { files: "training", mayImport: ["features"] },
  { files: "src", mayImport: ["milter", "features", "training"] },
];
const parts = ["milter", "features", "training", "src", "test", "bench"];

const nativeModules = {
  regex: "^(koffi|cap)$",
  message:
    "Native modules are loaded lazily, by `await import()`, and only where they are the point.",
};
const dynamicImport = {
  selector: "ImportExpression",
  message: "The layering rules see static imports only.",
};
const outsideWorld = [
  "Date",
  "performance",
  "process",
  "setTimeout",
  "setInterval",
  "setImmediate",
];

/** What the files of `home` may not import from the other parts. */
function foreignPatterns(home, mayImport) {
  return parts
    .filter((part) => part !== home)
    .map((part) =>
      mayImport.includes(part)
        ? { regex: `^(\\.\\./)+${part}/(?!index\\.ts$)`, message: `Go through ${part}/index.ts.` }
        : { regex: `^(\\.\\./)+${part}/`, message: `${home}/ must not know ${part}/.` },
    );
}

function purePatterns(home, files) {
  const neighbours = zones
    .filter((zone) => zone.pure && zone.files.startsWith(`${home}/`))
    .map((zone) => zone.files.slice(home.length + 1));
  return [
    { regex: "^[^.]", message: `${files}/ computes: neither node: modules nor packages.` },
    {
      regex: `^\\.\\./(?!(${neighbours.join("|")})/)`,
      message: `${files}/ uses only its pure neighbours.`,
    },
  ];
}

const purity = {
  "no-restricted-globals": [
    "error",
    ...outsideWorld.map((name) => ({ name, message: "It comes in as an argument." })),
  ],
  "no-restricted-properties": [
    "error",
    { object: "Math", property: "random", message: "It comes in as an argument." },
  ],
};

function layering({ files, mayImport, pure = false }) {
  const [home] = files.split("/");
  const patterns = [
    ...foreignPatterns(home, mayImport),
    nativeModules,
    ...(pure ? purePatterns(home, files) : []),
  ];
  return {
    files: [`${files}/**/*.ts`],
    rules: { "no-restricted-imports": ["error", { patterns }], ...(pure ? purity : {}) },
  };
}

const codeLines = { skipBlankLines: true, skipComments: true };

export default defineConfig(
  { ignores: ["dist/", "coverage/"] },
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        URL: "readonly",
        performance: "readonly",
        setTimeout: "readonly",
        setInterval: "readonly",
        clearInterval: "readonly",
        clearTimeout: "readonly",
        Buffer: "readonly",
      },
    },
  },
  {
    files: ["**/*.ts"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "no-restricted-syntax": ["error", dynamicImport],
      "no-console": "error",
      complexity: ["error", 12],
      "max-lines": ["error", { max: 300 }],
      "max-lines-per-function": ["error", { max: 60, ...codeLines }],
      "max-params": ["error", 4],
    },
  },
  zones.map(layering),
  {
    // A capture source loads its native module in open(); main.ts checks the Node version before it loads the rest.
    files: ["features/capture/*.ts", "src/commands/*.ts", "src/main.ts", "src/demo/*.ts"],
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["test/**/*.ts"],
    rules: { "max-lines": "off", "max-lines-per-function": "off" },
  },
);
