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
