// A certified provider (npm oidc-provider) on loopback, with one client. Prints its issuer when it listens.
// node oidc_provider.mjs <node_modules> <redirect uri> <back-channel logout uri>
import { createServer } from "node:http";
import { pathToFileURL } from "node:url";

const [modules, redirect, logout] = process.argv.slice(2);
const { default: Provider } = await import(pathToFileURL(`${modules}/oidc-provider/lib/index.js`).href);

const server = createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://localhost:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "seawall",
        client_secret: "client secret: mild & odd",
        redirect_uris: [redirect],
        backchannel_logout_uri: logout,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ["sub", "sid"], email: ["email", "email_verified"], profile: ["name", "groups"] },
    features: { backchannelLogout: { enabled: true } },
    findAccount: (_, id) => ({
      accountId: id,
      claims: () => ({
        sub: id,
        name: "Ada",
        email: `${id}@people.test`,
        email_verified: id !== "unverified",
        groups: ["staff"],
      }),
    }),
    // Its own guard refuses loopback, which is where the tests are.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    cookies: { keys: ["of a test"] },
  });
  provider.on("backchannel.error", (_, error) => console.error(error));
  server.on("request", provider.callback());
  console.log(issuer);
});
