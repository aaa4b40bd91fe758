/** The report of a study: a page that opens from the disk, and the files of its tables and figures. */
export { reportFolder } from "./folder";
export { writeReport } from "./write";
