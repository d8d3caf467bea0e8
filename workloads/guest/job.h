/*
 * A job: a program that is run to its end, or to the end of our patience, and all that it wrote.
 *
 * Its line: seconds of patience, the program's name, its arguments, with a tab between each two.
 */
#ifndef LAB_JOB_H
#define LAB_JOB_H

struct job_place {
	const char *programs; /* folder of the programs */
	const char *output;   /* file to which a program writes its readings, where it does */
};

/*
 * Run a job and send its frames: job/N/stdout, job/N/stderr, job/N/output where there is one, and last job/N/status: how
 * it ended ("exited", "killed" or "timed-out"), by which status or signal, and after how many nanoseconds; "failed" with
 * an errno where it could not be started. Changes the line.
 */
void job_run(int number, char *line, const struct job_place *place);

#endif
