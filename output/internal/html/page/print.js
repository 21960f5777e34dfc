// Paper gets all of what a canvas or a window shows a part of, as a picture that is made when it is printed.

import { $ } from "./dom.js";
import { view } from "./view.js";
import { inTable } from "./table.js";
import { pictureText } from "./save.js";

addEventListener("beforeprint", () => {
  if (inTable()) return;
  if (view.sheet) $("paper").innerHTML = pictureText();
  else if (view.elements) $("paper").replaceChildren(view.elements());
});
addEventListener("afterprint", () => $("paper").replaceChildren());
