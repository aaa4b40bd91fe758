/** Variables that programs inherit. Keys of endpoints are not among them, nor any other secret. */
const INHERITED =
  /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LC_.*|TZ|TMPDIR|TEMP|TMP|SYSTEMROOT|USERPROFILE|APPDATA|LOCALAPPDATA|XDG_.*|LD_LIBRARY_PATH|HTTPS?_PROXY|NO_PROXY|SSL_CERT_.*|CUDA_.*|NVIDIA_.*|HF_.*|TORCH.*|TRANSFORMERS_.*|OPENBLAS_.*|MKL_.*|ATEN_CPU_CAPABILITY|(ONEDNN|DNNL)_MAX_CPU_ISA|MALLOC_.*|SLURM_CONF|SSH_AUTH_SOCK)$/i;

/** What jobs, and the programs that start them, get of this process's environment. */
export const inheritedEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => INHERITED.test(name) && name !== "HF_TOKEN"));
