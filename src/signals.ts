/**
 * Resolves with the name of the signal that asks the process to end: SIGTERM or SIGINT. SIGHUP calls `onHangUp`
 * and ends nothing.
 */
export function untilStopped({ onHangUp }: { readonly onHangUp: () => void }): Promise<string> {
  process.on("SIGHUP", onHangUp);
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      process.once(signal, () => {
        process.off("SIGHUP", onHangUp);
        resolve(signal);
      });
    }
  });
}
