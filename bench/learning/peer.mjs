/** scikit-learn of the machine's own Python (Debian's python3-sklearn), as a peer to compare with. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Debian's, whatever other Python stands before it in the path. */
const PYTHON = "/usr/bin/python3";
const PROGRAM = join(import.meta.dirname, "peer.py");
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };

/** False, said on stderr, where the peer is not installed. */
export function hasPeer() {
  const { status } = spawnSync(PYTHON, ["-c", "import sklearn"]);
  if (status === 0) return true;
  process.stderr.write(
    `bench: LEFT OUT, nothing is compared: ${PYTHON} has no sklearn (apt install python3-sklearn)\n`,
  );
  return false;
}

function writeTable(path, { columns, labels }) {
  const last = Float64Array.from(labels);
  writeFileSync(path, Buffer.concat([...columns, last].map(({ buffer }) => Buffer.from(buffer))));
}

/** What the peer's learner of that name takes and says: `{ version, cpuSeconds, probabilities }`. */
export function askPeer(learner, train, test) {
  const folder = mkdtempSync(join(tmpdir(), "spamflow-bench-"));
  try {
    const [trainFile, testFile] = [join(folder, "train"), join(folder, "test")];
    writeTable(trainFile, train);
    writeTable(testFile, test);
    const args = [PROGRAM, learner, trainFile, testFile, String(train.columns.length + 1)];
    const env = { ...process.env, ...ONE_THREAD };
    const result = spawnSync(PYTHON, args, { encoding: "utf8", env, maxBuffer: 2 ** 30 });
    if (result.status !== 0) throw new Error(`${PYTHON} ${PROGRAM}: ${result.stderr}`);
    return JSON.parse(result.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
