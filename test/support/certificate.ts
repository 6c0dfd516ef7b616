import { join } from "node:path";
import { runCommand } from "../../src/demo/run-command.ts";

const MAKE =
  "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=mx.example.com";

/** The settings of main.cf for a self-signed certificate that this makes in `folder`. */
export async function selfSigned(folder: string): Promise<Readonly<Record<string, string>>> {
  const key = join(folder, "mx.key");
  const certificate = join(folder, "mx.pem");
  await runCommand([...MAKE.split(" "), "-keyout", key, "-out", certificate]);
  return {
    smtpd_tls_cert_file: certificate,
    smtpd_tls_key_file: key,
    smtpd_tls_security_level: "may",
  };
}
