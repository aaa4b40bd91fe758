import { rehearse } from "../whole/rehearsal";

rehearse();
