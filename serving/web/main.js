// Starts the page: one state, kept in the address; everything shown follows from it.

import { offerToForget } from "./access.js";
import { Page } from "./page.js";

offerToForget();
const page = new Page();
page.start();
