// Dark or light: the system's choice until somebody chooses here, which this browser remembers.

const KEPT = "livebot.theme";

let chosen = kept();
apply();

function kept() {
  try {
    return localStorage.getItem(KEPT) ?? "";
  } catch {
    return ""; // storage may be forbidden
  }
}

function apply() {
  if (chosen) document.documentElement.dataset.theme = chosen;
  else delete document.documentElement.dataset.theme;
}

/** Whether the page looks dark now, by choice or by the system. */
export const isDark = () => (chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);

/** Change to the other one. */
export function switchTheme() {
  chosen = isDark() ? "light" : "dark";
  apply();
  try {
    localStorage.setItem(KEPT, chosen);
  } catch {
    // not kept, then
  }
}
