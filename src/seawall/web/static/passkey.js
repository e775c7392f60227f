// Passkeys: what HTML alone cannot ask a browser for. A button names what it does in data-passkey:
// "sign-in", "step-up" or "register"; where it leads stands in data-next.
"use strict";

const token = () => document.querySelector("meta[name=csrf]").content;
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const words = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

class Refused extends Error {}

async function post(path, body) {
  const reply = await fetch(path, {
    method: "POST",
    headers: { "content-type": "application/json", "x-csrf-token": token() },
    body: JSON.stringify(body),
  });
  const said = await reply.json();
  if (!reply.ok) throw new Refused([said.error.message, said.error.hint].filter(Boolean).join(" "));
  return said;
}

const listed = (found) => (found || []).map((each) => ({ ...each, id: bytes(each.id) }));

async function use(begun) {
  const given = begun.options;
  const made = await navigator.credentials.get({
    publicKey: { ...given, challenge: bytes(given.challenge), allowCredentials: listed(given.allowCredentials) },
  });
  const { clientDataJSON, authenticatorData, signature, userHandle } = made.response;
  return answer(made, { clientDataJSON, authenticatorData, signature, userHandle });
}

async function make(begun) {
  const given = begun.options;
  const made = await navigator.credentials.create({
    publicKey: {
      ...given,
      challenge: bytes(given.challenge),
      user: { ...given.user, id: bytes(given.user.id) },
      excludeCredentials: listed(given.excludeCredentials),
    },
  });
  const { clientDataJSON, attestationObject } = made.response;
  return answer(made, { clientDataJSON, attestationObject });
}

function answer(made, parts) {
  const response = Object.fromEntries(Object.entries(parts).filter(([, part]) => part).map(([n, part]) => [n, words(part)]));
  return { id: made.id, rawId: words(made.rawId), type: made.type, response, clientExtensionResults: {} };
}

const ways = {
  "sign-in": async () => {
    const begun = await post("/api/session/passkey/begin", {});
    await post("/api/session/passkey", { challenge: begun.challenge, answer: await use(begun) });
  },
  "step-up": async () => {
    const begun = await post("/api/session/proof/begin", {});
    await post("/api/session/proof", { challenge: begun.challenge, answer: await use(begun) });
  },
  register: async () => {
    const name = document.getElementById("passkey-name").value.trim();
    if (!name) throw new Refused("Give the passkey a name first, such as the device that it is on.");
    const begun = await post("/api/me/passkeys/begin", {});
    await post("/api/me/passkeys", { challenge: begun.challenge, answer: await make(begun), name });
  },
};

function told(error) {
  if (error instanceof Refused) return error.message;
  if (error.name === "NotAllowedError") return "The browser asked for no passkey, or it was cancelled. Try again.";
  if (error.name === "InvalidStateError") return "This device has a passkey for here already.";
  return "The passkey did not work here: " + error.name + ".";
}

function show(button, text) {
  const place = document.getElementById("passkey-said");
  place.textContent = "";
  place.className = text ? "notice wrong" : "";
  if (text) place.append(Object.assign(document.createElement("p"), { textContent: text }));
  button.disabled = false;
}

async function press(event) {
  const button = event.currentTarget;
  event.preventDefault();
  show(button, "");
  button.disabled = true;
  try {
    await ways[button.dataset.passkey]();
    location.assign(button.dataset.next);
  } catch (error) {
    show(button, told(error));
  }
}

for (const button of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) show(button, "This browser knows no passkeys.");
  button.hidden = false;
  button.addEventListener("click", press);
}
