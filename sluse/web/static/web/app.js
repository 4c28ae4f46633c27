// Everything works without this file. It opens the confirmation as a dialog and gives the focus back afterwards.
"use strict";

let opener = "";

document.addEventListener("htmx:beforeRequest", (event) => {
  const button = event.detail.elt.querySelector("[role=switch]");
  if (button) opener = button.id;
});

// A page nobody looks at asks for nothing.
document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden && event.detail.elt.matches("[data-poll]")) event.preventDefault();
});

// The answer is either a dialog to open, or the page behind it as it is now.
document.addEventListener("htmx:afterSettle", (event) => {
  const dialog = document.querySelector("#dialog-slot dialog");
  if (dialog && !dialog.open) open(dialog);
  else if (event.target.id === "main") dialog?.close();
});

// A refusal or a fault is a page of its own: send the form again without us, and let the browser show it.
// The form names the state it wants, so sending it twice turns nothing twice.
for (const name of ["htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => {
    if (event.detail.elt instanceof HTMLFormElement) event.detail.elt.submit();
  });
}

function open(dialog) {
  document.getElementById("messages").replaceChildren();
  dialog.addEventListener("close", () => {
    dialog.remove();
    document.getElementById(opener)?.focus();
  });
  dialog.showModal();
}
