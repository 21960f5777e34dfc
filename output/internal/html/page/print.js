// Tiles on paper: all of them, as a picture that is made when it is printed.

import { $ } from "./dom.js";
import { view } from "./view.js";
import { inTable } from "./table.js";
import { pictureText } from "./save.js";

addEventListener("beforeprint", () => {
  if (view.sheet && !inTable()) $("paper").innerHTML = pictureText();
});
addEventListener("afterprint", () => $("paper").replaceChildren());
