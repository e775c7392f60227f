
"use strict";
/* Everything is checked against one pinned key: signature, place in the ledger, files, numbers, growth. */
const MANIFEST = "manifest.json", PROOF = "manifest.tlog-proof", GROWTH = "growth.json";
const BESIDE = new Set([MANIFEST, PROOF, GROWTH]);
const PATH = /^(?:[A-Za-z0-9_][A-Za-z0-9._-]*\/)*[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const utf8 = new TextEncoder(), strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const ENTRY = utf8.encode("seawall/entry/1\0");

class Wrong extends Error {}
const text = (bytes) => { try { return strict.decode(bytes); } catch { throw new Wrong("the file is no text"); } };
const hex = (bytes) => Array.from(bytes, (each) => each.toString(16).padStart(2, "0")).join("");
const same = (a, b) => a.length === b.length && a.every((each, at) => each === b[at]);
const join = (...parts) => {
  const all = new Uint8Array(parts.reduce((sum, each) => sum + each.length, 0));
  let at = 0;
  for (const each of parts) { all.set(each, at); at += each.length; }
  return all;
};
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", join(...parts)));
const node = (left, right) => sha256(Uint8Array.of(1), left, right);

function fromBase64(shown) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(shown)) throw new Wrong("a part of it is not base64");
  return Uint8Array.from(atob(shown), (each) => each.charCodeAt(0));
}
function fromHex(shown) {
  if (typeof shown !== "string" || !/^(?:[0-9a-f]{2})*$/.test(shown)) throw new Wrong("a part of it is not hexadecimal");
  return Uint8Array.from(shown.match(/../g) || [], (each) => parseInt(each, 16));
}

/* Canonical JSON, RFC 8785. Bodies hold no fractions. */
function canonical(value) {
  if (Array.isArray(value)) return "[" + value.map(canonical).join(",") + "]";
  if (value && typeof value === "object")
    return "{" + Object.keys(value).sort().map((name) => JSON.stringify(name) + ":" + canonical(value[name])).join(",") + "}";
  return JSON.stringify(value);
}

/* Keys and signed notes, c2sp.org/signed-note */
async function keyOf(shown) {
  const [name, id, ...rest] = shown.trim().split("+");
  const material = fromBase64(rest.join("+"));
  if (!name || /\s/.test(name) || material[0] !== 1 || material.length !== 33) throw new Wrong("This is not an Ed25519 verifier key.");
  const found = (await sha256(utf8.encode(name + "\n"), material)).slice(0, 4);
  if (hex(found) !== id) throw new Wrong("The number in the key does not fit the key: copy it again, whole.");
  let key;
  try {
    key = await crypto.subtle.importKey("raw", material.slice(1), { name: "Ed25519" }, false, ["verify"]);
  } catch {
    throw new Wrong("This browser cannot check Ed25519 signatures. Take a newer one, or the program: seawall hub verify");
  }
  return { name, id: found, key, shown: shown.trim() };
}
async function openNote(note, pinned) {
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n")) throw new Wrong("the ledger's state carries no signature");
  const said = note.slice(0, at + 1), lines = note.slice(at + 2, -1).split("\n");
  let held = false;
  for (const line of lines) {
    const [dash, name, encoded, ...more] = line.split(" ");
    if (dash !== "—" || !name || !encoded || more.length) throw new Wrong("a signature line cannot be read");
    const bytes = fromBase64(encoded);
    if (name !== pinned.name || !same(bytes.slice(0, 4), pinned.id)) continue;
    if (!(await crypto.subtle.verify("Ed25519", pinned.key, bytes.slice(4), utf8.encode(said))))
      throw new Wrong("the signature is wrong: what the ledger signed was changed");
    held = true;
  }
  if (!held) throw new Wrong("it is not signed by the key that you pinned");
  return said;
}
function checkpoint(said, name) {
  const [origin, size, root] = said.split("\n");
  if (origin !== name) throw new Wrong("it is of another ledger: " + origin);
  if (!/^(?:0|[1-9][0-9]{0,14})$/.test(size)) throw new Wrong("the size of the ledger cannot be read");
  return { origin, size: Number(size), root: fromBase64(root) };
}

/* Merkle trees, RFC 9162, sections 2.1.3.2 and 2.1.4.2 */
async function rootOf(leaf, index, size, path) {
  if (!(index >= 0 && index < size)) return null;
  let place = index, last = size - 1, found = leaf;
  for (const sibling of path) {
    if (last === 0) return null;
    if (place % 2 === 1 || place === last) {
      found = await node(sibling, found);
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
    } else found = await node(found, sibling);
    place = Math.floor(place / 2); last = Math.floor(last / 2);
  }
  return last === 0 ? found : null;
}
async function grewFrom(oldSize, oldRoot, size, root, proof) {
  let power = oldSize;
  while (power % 2 === 0) power /= 2;
  const path = power === 1 ? [oldRoot, ...proof] : proof;
  if (!path.length) return false;
  let place = oldSize - 1, last = size - 1, older = path[0], newer = path[0];
  while (place % 2 === 1) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
  for (const each of path.slice(1)) {
    if (last === 0) return false;
    if (place % 2 === 1 || place === last) {
      older = await node(each, older); newer = await node(each, newer);
      while (place % 2 === 0 && place !== 0) { place = Math.floor(place / 2); last = Math.floor(last / 2); }
    } else newer = await node(newer, each);
    place = Math.floor(place / 2); last = Math.floor(last / 2);
  }
  return last === 0 && same(older, oldRoot) && same(newer, root);
}

/* Proof files, c2sp.org/tlog-proof, whose `extra` opens what the entry commits to */
async function entryHash(opening) {
  const salted = await sha256(ENTRY, fromHex(opening.salt), utf8.encode(canonical(opening.body)));
  return sha256(Uint8Array.of(0), ENTRY, salted);
}
async function proven(file, pinned) {
  const at = file.indexOf("\n\n"), lines = file.slice(0, at).split("\n");
  if (at < 0 || lines.shift() !== "c2sp.org/tlog-proof@v1") throw new Wrong("this is not a proof file");
  const extra = /^extra (.+)$/.exec(lines.shift() || ""), index = /^index ([0-9]{1,15})$/.exec(lines.shift() || "");
  if (!extra || !index) throw new Wrong("the proof file cannot be read");
  const log = checkpoint(await openNote(file.slice(at + 2), pinned), pinned.name);
  let told;
  try { told = JSON.parse(text(fromBase64(extra[1]))); } catch { throw new Wrong("what the proof opens cannot be read"); }
  if (!told || !told.record || !told.record.body) throw new Wrong("the proof opens no record");
  const found = await rootOf(await entryHash(told.record), Number(index[1]), log.size, lines.map(fromBase64));
  if (!found || !same(found, log.root)) throw new Wrong("the record is not at this place in the ledger");
  let exchange = null;
  if (told.exchange) {
    const inner = told.exchange, batch = told.record.body;
    const root = await rootOf(await entryHash(inner.leaf), inner.index, batch.size, inner.path.map(fromHex));
    if (batch.kind !== "exchanges.batched" || !root || hex(root) !== batch.root) throw new Wrong("the exchange is not in its batch");
    exchange = inner.leaf.body;
  }
  return { body: told.record.body, exchange, index: Number(index[1]), log };
}

/* Numbers on pages say where they come from */
function valueAt(body, at) {
  for (const escaped of at.replace(/^\//, "").split("/")) {
    const part = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
    if (body === null || typeof body !== "object" || !Object.hasOwn(body, part)) return undefined;
    body = body[part];
  }
  return body;
}
function numberWrong(data, bodies) {
  const stated = data.getAttribute("value") || "", shown = data.textContent;
  if ((shown.replace(/[^0-9]/g, "").replace(/^0+/, "") || "0") !== stated) return `the page shows “${shown}” where it states ${stated}`;
  const kind = data.getAttribute("data-count");
  if (kind) {
    const counted = [...bodies.values()].filter((body) => body.kind === kind).length;
    return String(counted) === stated ? "" : `the page states ${stated} records of the kind ${kind}; the site proves ${counted}`;
  }
  const name = data.getAttribute("data-record") || data.getAttribute("data-sum");
  const body = bodies.get(name);
  if (!body) return `the number ${stated} has no proof here`;
  const values = (data.getAttribute("data-at") || "").split(" ").filter(Boolean).map((at) => valueAt(body, at));
  if (!values.length || !values.every(Number.isInteger)) return `the record ${name} holds no such number`;
  const sum = values.reduce((all, each) => all + each, 0);
  return String(sum) === stated ? "" : `the page states ${stated}; the signed record says ${sum}`;
}

/* The parts of a signed number add up to it; where small ones are withheld, the rest come to no more than it */
function sumWrong(told) {
  const cells = Object.values(told.cells || {}), known = cells.filter(Number.isInteger);
  if (!cells.length || !Number.isInteger(told.total)) return "";
  const sum = known.reduce((all, each) => all + each, 0);
  if (known.length === cells.length ? sum === told.total : sum <= told.total) return "";
  return `A sum is wrong: the parts of ${told.metric} come to ${sum}, its total is ${told.total}.`;
}

/* Where a text lies whose digest a record states, and that digest. */
function textOf(body) {
  if (body.kind === "document.published") return [`publications/${body.document}/${body.version}.md`, body.digest];
  if (body.kind === "feedback.answer_published") return [`answers/${body.id}.txt`, body.digest];
  if (body.kind === "classifier.released") return [`classifiers/${body.classifier}/${body.release}.json`, body.manifest_digest];
  return ["", ""];
}

/* A whole site: `read` gives the bytes of a path or null, `paths` are the files that there are, where that is known */
async function checkSite(read, paths, pinned, remembered) {
  const problems = [], say = (where, what) => problems.push({ where, what });
  const report = { problems, files: 0, records: 0, numbers: 0 };
  const held = await read(MANIFEST);
  if (!held) { say(MANIFEST, "The manifest is missing, so nothing can be checked."); return report; }
  let manifest;
  try { manifest = JSON.parse(text(held)); } catch { say(MANIFEST, "The manifest cannot be read."); return report; }
  const named = manifest && Array.isArray(manifest.files) ? manifest.files : [{}];
  if (!named.every((entry) => entry && PATH.test(entry.path))) { say(MANIFEST, "This is no manifest of a hub."); return report; }
  report.manifest = manifest;
  try {
    const proof = await read(PROOF);
    if (!proof) throw new Wrong("the proof that the ledger holds this manifest is missing");
    const { body, log } = await proven(text(proof), pinned), found = hex(await sha256(held));
    report.log = log;
    if (body.kind !== "hub.published") throw new Wrong("the proof is not of an edition of a hub");
    if (found !== body.digest || manifest.edition !== body.edition) {
      if (found === body.previous) say(MANIFEST, `This is the manifest of an older edition, the one before edition ${body.edition}.`);
      else if (manifest.edition < body.edition) say(MANIFEST, `This is the manifest of edition ${manifest.edition}; the ledger's proof is of edition ${body.edition}.`);
      else say(MANIFEST, "The manifest is not the one that the ledger committed to. It was changed.");
    }
  } catch (error) { say(PROOF, sentence(error)); }
  const files = new Map();
  for (const entry of manifest.files) {
    const bytes = await read(entry.path);
    if (!bytes) { say(entry.path, "The file is missing."); continue; }
    files.set(entry.path, bytes);
    if (hex(await sha256(bytes)) !== entry.sha256)
      say(entry.path, bytes.length === entry.bytes ? "The file was changed: at least one byte differs from what was published."
        : `The file was changed: it has ${bytes.length} bytes, ${entry.bytes} were published.`);
  }
  report.files = files.size;
  if (paths) {
    const known = new Set(manifest.files.map((entry) => entry.path));
    for (const path of paths) if (!known.has(path) && !BESIDE.has(path)) say(path, "The file is not of this edition: somebody added it.");
  }
  const bodies = new Map();
  for (const [path, bytes] of files) {
    const name = /^records\/(.+)\.tlog-proof$/.exec(path);
    if (!name) continue;
    try {
      const { body } = await proven(text(bytes), pinned);
      if (body.id !== name[1]) throw new Wrong("the proof is of another record");
      bodies.set(name[1], body);
    } catch (error) { say(path, sentence(error)); }
  }
  report.records = bodies.size;
  for (const body of bodies.values()) {
    const [path, stated] = textOf(body);
    if (files.has(path) && hex(await sha256(files.get(path))) !== stated)
      say(path, `The text is not the one that its record ${body.id} states.`);
  }
  for (const [name, body] of bodies)
    for (const told of body.kind === "metrics.closed" && Array.isArray(body.numbers) ? body.numbers : []) {
      const what = sumWrong(told);
      if (what) say(`records/${name}.tlog-proof`, what);
    }
  for (const [path, bytes] of files) {
    if (!path.endsWith(".html")) continue;
    const page = new DOMParser().parseFromString(new TextDecoder().decode(bytes), "text/html");
    for (const data of page.querySelectorAll("data")) {
      report.numbers += 1;
      const what = numberWrong(data, bodies);
      if (what) say(path, "A number is wrong: " + what + ".");
    }
  }
  if (remembered && report.log) await compare(read, remembered, manifest, report.log, say);
  return report;
}

/* A hub in a store: its addresses are doors into editions, each whole beside. What a door is, an edition says itself. */
const EDITIONS = "editions/", FORM = "door.txt", START = "index.html", LAST = "verification.html", VERIFIER = "verify.html";
const hasDoor = (path) => path.endsWith(".html") && path !== VERIFIER;
function leads(held) {
  const found = /<meta http-equiv="refresh" content="0; url=(?:\.\.\/)*editions\/([0-9a-f]{64})\//.exec(held ? new TextDecoder().decode(held) : "");
  return found ? found[1] : "";
}
const home = (edition) => EDITIONS + edition + "/";
const within = (read, edition) => (path) => read(home(edition) + path);
const door = (form, path, edition) => utf8.encode(form.replaceAll("{{to}}", "../".repeat(path.split("/").length - 1) + home(edition) + path));
async function checkPlace(read, paths, pinned, remembered) {
  for (let tries = 3; ; tries -= 1) {
    const shown = leads(await read(START));
    if (!shown) return checkSite(read, paths, pinned, remembered);
    const report = await checkDoors(read, paths, pinned, remembered, shown);
    /* Whoever publishes meanwhile is waited for. */
    if (!report.problems.length || tries === 1 || leads(await read(START)) === shown) return report;
  }
}
async function checkDoors(read, paths, pinned, remembered, shown) {
  const led = [], problems = [], before = leads(await read(LAST));
  const enter = async (edition, seen) => {
    const inside = within(read, edition), at = home(edition);
    const report = await checkSite(inside, paths && paths.filter((path) => path.startsWith(at)).map((path) => path.slice(at.length)), pinned, seen);
    for (const each of report.problems) problems.push({ where: at + each.where, what: each.what });
    const held = await inside(MANIFEST), form = await inside(FORM);
    if (!held || hex(await sha256(held)) !== edition) problems.push({ where: at + MANIFEST, what: "The manifest is not the one that the doors name." });
    const files = new Map((report.manifest ? report.manifest.files : []).map((entry) => [entry.path, entry.sha256]));
    led.push({ edition, files, form: new TextDecoder().decode(form || new Uint8Array()) });
    return report;
  };
  const report = await enter(shown, remembered);
  if (before && before !== shown) await enter(before, null);
  const holds = async (each, path, held) =>
    hasDoor(path) ? each.files.has(path) && same(held, door(each.form, path, each.edition)) : each.files.get(path) === hex(await sha256(held));
  const named = new Set(led.flatMap((each) => [...each.files.keys()]));
  const there = (paths || []).filter((path) => !path.startsWith(EDITIONS));
  for (const path of new Set([...named, ...there, START])) {
    const held = await read(path);
    if (!held) {
      if (before === shown && led[0].files.has(path)) problems.push({ where: path, what: "The file is missing." });
    } else if (!named.has(path)) problems.push({ where: path, what: "The file is not of this edition: somebody added it." });
    else {
      let fits = false;
      for (const each of path === START ? led.slice(0, 1) : led) fits ||= await holds(each, path, held);
      if (!fits) problems.push({ where: path, what: (hasDoor(path) ? "The door" : "The file") + " was changed: it is not as this edition has it." });
    }
  }
  return { ...report, problems };
}
async function compare(read, seen, manifest, log, say) {
  if (manifest.edition < seen.edition) say(MANIFEST, `This is edition ${manifest.edition}. This page saw edition ${seen.edition} before.`);
  if (log.size === seen.size && hex(log.root) === seen.root) return;
  if (log.size === seen.size) { say(PROOF, "This is not the ledger that this page saw before, though it has the same length."); return; }
  if (log.size < seen.size) { say(PROOF, `The ledger has shrunk: ${seen.size} entries were seen, now ${log.size}.`); return; }
  let step = null;
  try {
    const growth = JSON.parse(text((await read(GROWTH)) || new Uint8Array()));
    step = growth.size === log.size ? growth.steps.find((each) => each.size === seen.size) : null;
  } catch { step = null; }
  if (!step) { say(GROWTH, `Nothing here shows that the ledger grew out of the ${seen.size} entries that this page saw before.`); return; }
  let grew = false;
  try { grew = await grewFrom(seen.size, fromHex(seen.root), log.size, log.root, step.proof.map(fromHex)); } catch { grew = false; }
  if (!grew) say(GROWTH, `The ledger did not grow out of the one with ${seen.size} entries that this page saw before: it was rewritten.`);
}
const sentence = (error) => {
  const said = error instanceof Wrong ? error.message : "it cannot be read";
  return said[0].toUpperCase() + said.slice(1) + (said.endsWith(".") ? "" : ".");
};

/* What is kept between two visits: the pinned key and, for it, the newest edition that held. Some browsers keep nothing. */
const keep = {
  get(name) { try { return JSON.parse(localStorage.getItem("seawall-hub-" + name)); } catch { return null; } },
  set(name, value) { try { localStorage.setItem("seawall-hub-" + name, JSON.stringify(value)); return true; } catch { return false; } },
  drop(name) { try { localStorage.removeItem("seawall-hub-" + name); } catch { /* nothing was kept */ } },
};

/* The page */
const $ = (id) => document.getElementById(id);
const make = (tag, said = "", name = "") => Object.assign(document.createElement(tag), { textContent: said, className: name });
let pinned = null;

function tell(...parts) { $("found").replaceChildren(...parts); $("h-found").focus({ preventScroll: false }); }
function verdict(holds, head, said) {
  const shown = make("p", "", holds ? "result" : "result bad");
  shown.append(make("strong", head), " " + said);
  return shown;
}
function facts(pairs) {
  const list = make("dl");
  for (const [name, said] of pairs) list.append(make("dt", name), make("dd", String(said)));
  return list;
}
function showSite(report) {
  const { manifest, problems, log } = report;
  const about = facts([
    ["Of", manifest ? manifest.name : "–"], ["Edition", manifest ? manifest.edition : "–"], ["As of", manifest ? manifest.as_of : "–"],
    ["Files", report.files], ["Records proven", report.records], ["Numbers compared", report.numbers],
    ["Ledger", log ? `${log.origin}, ${log.size} entries` : "–"], ["Root", log ? hex(log.root) : "–"],
  ]);
  if (!problems.length) {
    tell(verdict(true, "Everything holds.", "Every file is the one that the ledger committed to, every record is proven, every number fits its record."), about);
    return;
  }
  const list = make("ul", "", "problems");
  for (const each of problems.slice(0, 200)) {
    const item = make("li", each.what);
    item.prepend(make("code", each.where));
    list.append(item);
  }
  const count = problems.length === 1 ? "1 thing does" : `${problems.length} things do`;
  tell(verdict(false, "Do not rely on this site.", `${count} not hold:`), list, about);
}
async function run(read, paths) {
  if (!pinned) { tell(verdict(false, "Pin a key first.", "Without a key that you trust nothing can be checked.")); return; }
  tell(make("p", "Checking…", "quiet"));
  const remembered = keep.get("seen"), ours = remembered && remembered.key === pinned.shown ? remembered : null;
  const report = await checkPlace(read, paths, pinned, ours);
  if (!report.problems.length)
    keep.set("seen", { key: pinned.shown, edition: report.manifest.edition, size: report.log.size, root: hex(report.log.root) });
  showSite(report);
}
async function pin(shown) {
  try {
    pinned = await keyOf(shown);
    const kept = keep.set("key", pinned.shown);
    $("key-said").textContent = `Pinned: the key of ${pinned.name}.` + (kept ? "" : " This browser will not remember it.");
  } catch (error) { pinned = null; $("key-said").textContent = sentence(error); }
}
async function showSelf(bytes) {
  $("self").replaceChildren("This copy has the SHA-256 digest ", make("code", hex(await sha256(bytes))), " – by its own word.");
}
async function start() {
  if (!globalThis.crypto || !crypto.subtle) {
    tell(verdict(false, "This browser does not let this page check anything.", "Open it over https or from a file, or take the program: seawall hub verify"));
    return;
  }
  const online = location.protocol === "https:" || location.protocol === "http:";
  $("served").hidden = !online;
  if (online) try { const reply = await fetch(location.href.split("#")[0]); await showSelf(new Uint8Array(await reply.arrayBuffer())); } catch { /* the advice stays */ }
  $("pin").addEventListener("click", () => pin($("key").value));
  $("unpin").addEventListener("click", () => { pinned = null; keep.drop("key"); keep.drop("seen"); $("key").value = ""; $("key-said").textContent = "Nothing is pinned, and nothing is remembered."; });
  // No standard has it as an attribute yet, and every browser knows it.
  $("folder").webkitdirectory = true;
  $("folder").addEventListener("change", async (event) => {
    const files = new Map([...event.target.files].map((file) => [(file.webkitRelativePath || file.name).split("/").slice(file.webkitRelativePath ? 1 : 0).join("/"), file]));
    await run(async (path) => (files.has(path) ? new Uint8Array(await files.get(path).arrayBuffer()) : null), [...files.keys()]);
  });
  $("proof").addEventListener("change", async (event) => {
    const file = event.target.files[0];
    if (!file) return;
    if (!pinned) { tell(verdict(false, "Pin a key first.", "Without a key that you trust nothing can be checked.")); return; }
    try {
      const { body, exchange, index, log } = await proven(text(new Uint8Array(await file.arrayBuffer())), pinned);
      tell(verdict(true, "The proof holds.", `This is entry ${index} of the ${log.size} entries of ${log.origin}.`), make("pre", JSON.stringify(exchange || body, null, 2)));
    } catch (error) { tell(verdict(false, "The proof does not hold.", sentence(error))); }
  });
  $("fetch").addEventListener("click", async () => {
    const at = new URL(".", location.href);
    await run(async (path) => {
      const reply = await fetch(new URL(path, at), { cache: "no-store", redirect: "error" });
      return reply.ok ? new Uint8Array(await reply.arrayBuffer()) : null;
    }, null);
  });
  const kept = keep.get("key");
  if (kept) { $("key").value = kept; await pin(kept); }
}
start();
