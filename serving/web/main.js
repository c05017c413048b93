// Starts the page: one state, kept in the address; everything shown follows from it.

import { Page } from "./page.js";

const page = new Page();
page.start();
