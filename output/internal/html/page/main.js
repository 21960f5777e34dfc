// The beginning of the page's script.

import { $ } from "./dom.js";
import { data } from "./nodes.js";
import { setView, startView, view } from "./view.js";
import { pictureView } from "./picture.js";
import { flowView } from "./flow.js";
import { showFilters } from "./find.js";
import { openControls } from "./controls.js";
import { startLink } from "./link.js";
import "./keys.js";
import "./box.js";

document.body.classList.add("on");
setView(data.flow ? flowView() : pictureView($("plain").textContent ?? ""));
startView();
showFilters(innerWidth >= 1000);
view.ring();
view.fit();
openControls();
startLink();
