/** What a connection may take, the milter's own timers included. */
const DEADLINE_MS = 30_000;

/** What `play` resolves to; when it takes too long, that this is so. The connection is closed in any case. */
export async function playWithin(session, play) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, DEADLINE_MS, `no end within ${DEADLINE_MS} ms`);
  });
  const problem = await Promise.race([play(session), late]);
  clearTimeout(timer);
  session.peer.destroy();
  return problem;
}
