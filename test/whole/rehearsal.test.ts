import { rehearse } from "./rehearsal";

// The parts that ask servers and cost money, with kills in them. `npm run test:long` rehearses all parts.
rehearse(["pilot", "synthesis"]);
