// The beginning of the page's script.

import { fit, ring } from "./view.js";
import { apply, showFilters } from "./find.js";
import "./keys.js";

showFilters(innerWidth >= 1000);
ring("selected");
ring("focused");
fit();
apply();
