"use strict";

const POLL_MS = 600;
const TAPACHULA = [14.9054, -92.2589];

const phone = document.querySelector(".phone");
const thread = document.getElementById("thread");
const field = document.getElementById("text");
const state = document.getElementById("state");
const online = state.textContent;

let channel = sessionStorage.getItem("channel") || "simulator";
let last = 0;
let round = 0; // a new one for each channel or person, so that a late answer of an old one is dropped

function show(message) {
  const item = document.createElement("li");
  item.className = message.isMine ? "bubble mine" : "bubble";
  const text = document.createElement("p");
  text.textContent = message.kind === "location" ? phone.dataset.location : message.text;
  const note = document.createElement("small");
  note.textContent = new Date(message.at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  if (message.segments) note.textContent += ` · ${phone.dataset.segments.replace("{count}", message.segments)}`;
  item.append(text, choicesOf(message), note);
  thread.append(item);
  thread.scrollTop = thread.scrollHeight;
}

function choicesOf(message) {
  const box = document.createElement("div");
  box.className = "choices";
  for (const [choice, label, url] of message.choices) {
    box.append(url ? linkTo(url, label) : buttonOf(choice, label));
  }
  return box;
}

function buttonOf(choice, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = label;
  button.addEventListener("click", () => write(label, "choice", { choice }));
  return button;
}

function linkTo(url, label) {
  const link = document.createElement("a");
  link.href = url;
  link.target = "_blank";
  link.rel = "noopener noreferrer";
  link.textContent = label;
  return link;
}

async function write(text, kind = "text", payload = undefined) {
  const body = JSON.stringify({ id: crypto.randomUUID(), text, kind, payload });
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${channel}/messages`, { method: "POST", headers, body });
  if (!response.ok) throw new Error(String(response.status));
  await read(round);
}

async function read(mine) {
  try {
    const response = await fetch(`${channel}/messages?after=${last}`);
    if (!response.ok) throw new Error(String(response.status));
    const messages = await response.json();
    if (mine !== round) return;
    for (const message of messages) {
      if (message.seq > last) {
        last = message.seq;
        show(message);
      }
    }
    state.textContent = online;
  } catch {
    state.textContent = phone.dataset.offline;
  }
}

async function poll(mine) {
  while (mine === round) {
    await read(mine);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function begin() {
  round += 1;
  last = 0;
  thread.replaceChildren();
  document.body.classList.toggle("is-sms", channel === "simulator-sms");
  poll(round);
}

document.getElementById("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const text = field.value;
  if (!text.trim()) return;
  field.value = "";
  try {
    await write(text);
  } catch {
    field.value = text; // nothing is lost: it can be sent again
    state.textContent = phone.dataset.offline;
  }
});

document.getElementById("location").addEventListener("click", () => write("", "location", { location: TAPACHULA }));

for (const radio of document.querySelectorAll("[name=channel]")) {
  radio.checked = radio.value === channel;
  radio.addEventListener("change", () => {
    channel = radio.value;
    sessionStorage.setItem("channel", channel);
    begin();
  });
}

for (const example of document.querySelectorAll(".examples button")) {
  example.addEventListener("click", () => write(example.textContent));
}

document.getElementById("new-person").addEventListener("click", async () => {
  await fetch("person", { method: "POST" });
  begin();
});

begin();
