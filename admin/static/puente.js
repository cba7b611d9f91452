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
