"""Takes mail on a free port, which it prints, and keeps it in a Maildir: FOLDER [CERTIFICATE KEY].

It takes no mail for refused@. With a certificate it asks for TLS, a name and a password.
"""
import asyncio, ssl, sys
from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP, AuthResult

class Kept(Mailbox):
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 nobody by this name"
        envelope.rcpt_tos.append(address)
        return "250 OK"

def let_in(server, session, envelope, mechanism, data):
    return AuthResult(success=(data.login, data.password) == (b"desk", b"lantern"))

async def serve(folder, certificate, key):
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    handler = Kept(folder)
    make = lambda: SMTP(handler, tls_context=context, require_starttls=bool(context),
                        authenticator=let_in, auth_required=bool(context))
    server = await asyncio.get_running_loop().create_server(make, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()

asyncio.run(serve(*(sys.argv[1:] + ["", ""])[:3]))
