/* Sends files one after the other as they are chosen or dropped, says how far each is, and looks until they are checked.
   Without a script the form takes them with its button. */
for (const field of document.querySelectorAll("[data-attach]")) take(field);

function take(field) {
  const input = field.querySelector("input[type=file]");
  const list = field.querySelector("[data-list]");
  const progress = field.querySelector("[data-progress]");
  const drop = field.querySelector(".drop");
  const queue = [];
  let isSending = false;

  field.querySelector("[data-drop]").hidden = false;
  input.addEventListener("change", () => { add(input.files); input.value = ""; });
  drop.addEventListener("dragover", (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => { event.preventDefault(); add(event.dataTransfer.files); });
  window.addEventListener("beforeunload", (event) => isSending && event.preventDefault());
  if (list.querySelector(".chip:not(.chip--ok, .chip--stop)")) setTimeout(look, 2000);

  function add(files) {
    queue.push(...files);
    next();
  }

  function next() {
    if (isSending || !queue.length) return;
    isSending = true;
    const file = queue.shift();
    const request = new XMLHttpRequest();
    request.upload.addEventListener("progress", ({ loaded, total }) => say(progress.dataset.sending, file, Math.floor((loaded / total) * 100)));
    request.addEventListener("load", () => {
      if (request.status === 200) show(request);
      else if (request.status === 409) refuse(JSON.parse(request.responseText).refusal);
      else refuse(said(progress.dataset.broken, file));
    });
    request.addEventListener("error", () => refuse(said(progress.dataset.broken, file)));
    request.addEventListener("loadend", () => { isSending = false; progress.hidden = true; next(); });
    /* The bytes as they are: the server writes them to their place and digests them as they come. */
    request.open("POST", field.dataset.attach);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("X-CSRFToken", document.querySelector("input[name=csrfmiddlewaretoken]").value);
    request.send(file);
    correct("");
    say(progress.dataset.sending, file, 0);
  }

  function show(request) {
    list.innerHTML = request.responseText;
    if (request.getResponseHeader("X-Waits") === "yes") setTimeout(look, 2000);
  }

  async function look() {
    if (isSending) return setTimeout(look, 2000);
    try {
      const answer = await fetch(field.dataset.files, { redirect: "manual" });
      if (!answer.ok) return;
      const text = await answer.text();
      if (text.trim() !== list.innerHTML.trim()) list.innerHTML = text;
      if (answer.headers.get("X-Waits") === "yes") setTimeout(look, 2000);
    } catch {
      setTimeout(look, 10000);
    }
  }

  function said(pattern, file, percent = "") {
    return pattern.replace("%(name)s", file.name).replace("%(percent)s", percent).replace("%%", "%");
  }

  /* Aloud only at the beginning, in the middle and at the end. */
  function say(pattern, file, percent) {
    progress.hidden = false;
    progress.setAttribute("aria-live", [0, 50, 100].includes(percent) ? "polite" : "off");
    progress.textContent = said(pattern, file, percent);
  }

  function refuse(sentence) {
    correct(sentence);
  }

  function correct(sentence) {
    const line = field.querySelector(".error[id]");
    line.hidden = !sentence;
    line.querySelector("span").textContent = sentence;
    field.classList.toggle("field--bad", Boolean(sentence));
  }
}
