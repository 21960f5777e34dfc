// The beginning of the page's script.

import { $ } from "./dom.js";
import { setView, startView, view } from "./view.js";
import { pictureView } from "./picture.js";
import { apply, showFilters } from "./find.js";
import "./keys.js";

document.body.classList.add("on");
setView(pictureView($("plain").textContent ?? ""));
startView();
showFilters(innerWidth >= 1000);
view.ring();
view.fit();
apply();
