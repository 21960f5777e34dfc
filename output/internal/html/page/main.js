// The beginning of the page's script.

import { $ } from "./dom.js";
import { data } from "./nodes.js";
import { setView, startView, view } from "./view.js";
import { adoptStyle } from "./picture.js";
import { flowView } from "./flow.js";
import { stillView } from "./still.js";
import { showFilters } from "./find.js";
import { openControls } from "./controls.js";
import { startLink } from "./link.js";
import { startLive } from "./live.js";
import { startPast } from "./past.js";
import "./keys.js";
import "./box.js";
import "./print.js";
import "./save.js";

document.body.classList.add("on");
const picture = adoptStyle($("plain").textContent ?? "");
setView(data.flow ? flowView() : stillView(picture));
startView();
showFilters(innerWidth >= 1000);
view.ring();
view.fit();
openControls();
startLive();
startPast();
startLink();
