#!/bin/bash
#SBATCH --nodes=4 --ntasks-per-node=1 --cpus-per-task=16
port=$((20000 + SLURM_JOB_ID % 20000))
WORKERS=$(scontrol show hostnames "$SLURM_JOB_NODELIST" | sed "s/.*/\"&:$port\"/" | paste -sd,)
export WORKERS

# shellcheck disable=SC2016 # for the shell of each node
one='
export TF_CONFIG="{\"cluster\": {\"worker\": [$WORKERS]}, \"task\": {\"type\": \"worker\", \"index\": $SLURM_PROCID}}"
if [ -e runs/mine/config.toml ]; then glasscell train --resume mine; else glasscell train gestures.csv --name mine; fi
'
for _ in 1 2 3 4 5; do
    srun --kill-on-bad-exit=1 bash -c "$one" && exit
    [ $? -ge 128 ] || exit 1 # an invalid option or file: do not retry
done
exit 1
