/*
 * The peer: the least milter on Sendmail's libmilter that sees every event, asks for no replies but the last one, and
 * inserts one header.
 *
 *   libmilter-peer SOCKET      unix:PATH or inet:PORT@127.0.0.1
 */
#include <libmilter/mfapi.h>
#include <libmilter/mfdef.h>
#include <stdio.h>
#include <stdlib.h>

#define NO_REPLIES (SMFIP_NR_CONN | SMFIP_NR_HELO | SMFIP_NR_MAIL | SMFIP_NR_RCPT | SMFIP_NR_DATA | SMFIP_NR_UNKN | \
                    SMFIP_NR_HDR | SMFIP_NR_EOH | SMFIP_NR_BODY)

struct message { unsigned long headers, bytes; };

static sfsistat on_negotiate(SMFICTX *context, unsigned long actions, unsigned long steps, unsigned long f2,
                             unsigned long f3, unsigned long *wanted, unsigned long *chosen, unsigned long *p2,
                             unsigned long *p3) {
    *wanted = actions & SMFIF_ADDHDRS;
    *chosen = steps & NO_REPLIES;
    *p2 = *p3 = 0;
    return SMFIS_CONTINUE;
}

static sfsistat on_connect(SMFICTX *context, char *host, _SOCK_ADDR *address) {
    smfi_setpriv(context, calloc(1, sizeof(struct message)));
    return SMFIS_NOREPLY;
}

static sfsistat on_text(SMFICTX *context, char *text) { return SMFIS_NOREPLY; }
static sfsistat on_line(SMFICTX *context, const char *line) { return SMFIS_NOREPLY; }
static sfsistat on_step(SMFICTX *context) { return SMFIS_NOREPLY; }
static sfsistat on_recipient(SMFICTX *context, char **arguments) { return SMFIS_NOREPLY; }

static sfsistat on_sender(SMFICTX *context, char **arguments) {
    struct message *message = smfi_getpriv(context);
    if (message) message->headers = message->bytes = 0;
    return SMFIS_NOREPLY;
}

static sfsistat on_header(SMFICTX *context, char *name, char *value) {
    struct message *message = smfi_getpriv(context);
    if (message) message->headers++;
    return SMFIS_NOREPLY;
}

static sfsistat on_body(SMFICTX *context, unsigned char *chunk, size_t size) {
    struct message *message = smfi_getpriv(context);
    if (message) message->bytes += size;
    return SMFIS_NOREPLY;
}

static sfsistat on_end(SMFICTX *context) {
    struct message *message = smfi_getpriv(context);
    char value[64];
    snprintf(value, sizeof value, "headers=%lu bytes=%lu", message ? message->headers : 0, message ? message->bytes : 0);
    smfi_insheader(context, 0, "X-Bench", value);
    return SMFIS_ACCEPT;
}

static sfsistat on_close(SMFICTX *context) {
    free(smfi_getpriv(context));
    smfi_setpriv(context, NULL);
    return SMFIS_CONTINUE;
}

int main(int argc, char **argv) {
    struct smfiDesc description = {
        .xxfi_name = "peer", .xxfi_version = SMFI_VERSION, .xxfi_flags = SMFIF_ADDHDRS,
        .xxfi_negotiate = on_negotiate, .xxfi_connect = on_connect, .xxfi_helo = on_text, .xxfi_envfrom = on_sender,
        .xxfi_envrcpt = on_recipient, .xxfi_data = on_step, .xxfi_header = on_header, .xxfi_eoh = on_step,
        .xxfi_body = on_body, .xxfi_eom = on_end, .xxfi_unknown = on_line, .xxfi_close = on_close,
    };
    if (argc != 2 || smfi_setconn(argv[1]) == MI_FAILURE || smfi_register(description) == MI_FAILURE) return 2;
    return smfi_main() == MI_SUCCESS ? 0 : 1;
}
