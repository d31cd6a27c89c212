/* Connects the buttons of the account pages to the passkey functions of the account library, under a strict policy. */
const problem = document.getElementById("passkey-problem");
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  if (problem) problem.hidden = false;
});
for (const button of document.querySelectorAll("[data-passkey]")) {
  button.id ||= `passkey-${button.dataset.passkey}`;
  const { passkey, credential, options, passwordless } = button.dataset;
  const ids = { [passkey]: button.id, credential, data: options, passwordless };
  window.allauth.webauthn.forms[`${passkey}Form`]({ ids });
}
