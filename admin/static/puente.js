// Looks again until what the importer does is done. Without it the page loads itself anew.
const POLL_MS = 1000;
async function poll() {
  const shown = document.querySelector("[data-poll]");
  if (!shown) return;
  try {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    const news = page.querySelector("[data-poll]");
    if (!news) return location.reload();
    shown.replaceChildren(...news.childNodes);
  } catch {
    // no network for a moment: the next look may have it
  }
  setTimeout(poll, POLL_MS);
}
setTimeout(poll, POLL_MS);

// Counts SMS while somebody writes. Without it the button beside the count asks for the same.
for (const output of document.querySelectorAll("output[data-count]")) {
  const area = document.getElementById(output.htmlFor.value);
  const token = area.form.querySelector("input[name$='csrf_token']").value;
  let timer;
  area.form.querySelector("button[name='count']").hidden = true;
  area.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const text = area.value;
      if (!text.trim()) return;
      const answer = await fetch(output.dataset.count, {
        method: "POST",
        headers: { "X-CSRFToken": token },
        body: new URLSearchParams({ text }),
      });
      if (answer.ok && text === area.value) output.textContent = await answer.text();
    }, 300);
  });
}

// Shows a rights text as phones would while somebody writes it. Without it a button asks for the same.
for (const form of document.querySelectorAll("form[data-preview]")) {
  const shown = form.querySelector("[data-previews]");
  let timer, asked = 0;
  form.querySelector("button[name='preview']").hidden = true;
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const number = ++asked;
      const answer = await fetch(form.dataset.preview, { method: "POST", body: new URLSearchParams(new FormData(form)) });
      if (answer.ok && number === asked) shown.innerHTML = await answer.text();
    }, 400);
  });
}
