"""Environment variables that say how a training was launched."""

from collections.abc import Mapping

from ridgeline.record.capture.secrets import is_secret_name, mask_secrets

NAMES = frozenset(
    [
        "CONDA_DEFAULT_ENV",
        "CUBLAS_WORKSPACE_CONFIG",
        "CUDA_DEVICE_ORDER",
        "CUDA_LAUNCH_BLOCKING",
        "CUDA_VISIBLE_DEVICES",
        "GROUP_RANK",
        "HIP_VISIBLE_DEVICES",
        "HOSTNAME",
        "JAX_PLATFORMS",
        "KUBERNETES_SERVICE_HOST",
        "LOCAL_RANK",
        "LOCAL_WORLD_SIZE",
        "LSB_JOBID",
        "MASTER_ADDR",
        "MASTER_PORT",
        "MKL_NUM_THREADS",
        "NODE_RANK",
        "NUMEXPR_NUM_THREADS",
        "NVIDIA_VISIBLE_DEVICES",
        "OMP_NUM_THREADS",
        "OPENBLAS_NUM_THREADS",
        "PBS_JOBID",
        "PYTHONHASHSEED",
        "PYTHONPATH",
        "PYTORCH_CUDA_ALLOC_CONF",
        "RANK",
        "ROCR_VISIBLE_DEVICES",
        "ROLE_RANK",
        "TF_FORCE_GPU_ALLOW_GROWTH",
        "TOKENIZERS_PARALLELISM",
        "VIRTUAL_ENV",
        "WORLD_SIZE",
        "XLA_FLAGS",
    ]
)
PREFIXES = ("SLURM_", "NCCL_", "TORCH_", "TORCHELASTIC_", "OMPI_COMM_WORLD_", "PMI_")


def harmless_variables(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables on the allow-list, without any that looks like a secret, sorted by name."""
    return {
        name: mask_secrets(variables[name])
        for name in sorted(variables)
        if (name in NAMES or name.startswith(PREFIXES)) and not is_secret_name(name)
    }
