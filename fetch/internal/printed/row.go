package printed

// This file translates the rows of `bacviz nodes` to records of the API.

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
)

// fromRow returns the record of a row as `bacviz nodes -o json` has it. A value of a wrong
// type goes to the record as it is, where its reader refuses it.
func fromRow(row map[string]any) (api map[string]any, orchestrators []string) {
	capacity := func(part string) map[string]any {
		amounts := map[string]any{}
		for from, to := range map[string]string{"cpu": "CPU", "memory": "Memory", "disk": "Disk", "gpu": "GPU"} {
			value := row[from]
			if amount, ok := value.(map[string]any); ok {
				value = amount[part]
			}
			if n, ok := value.(json.Number); ok && to != "CPU" {
				value = whole(n)
			}
			amounts[to] = value
		}
		return amounts
	}
	nodeInfo := map[string]any{
		"NodeID": row["id"], "NodeType": row["type"], "Labels": row["labels"], "BacalhauVersion": map[string]any{"GitVersion": row["version"]},
		"ComputeNodeInfo": map[string]any{
			"ExecutionEngines": row["engines"], "Publishers": row["publishers"], "StorageSources": row["storage"],
			"MaxCapacity": capacity("total"), "AvailableCapacity": capacity("free"),
			"RunningExecutions": row["running"], "EnqueuedExecutions": row["queued"],
		},
	}
	api = map[string]any{
		"Info": nodeInfo, "Membership": upper(row["membership"]), "Connection": upper(row["state"]),
		"ConnectionState": map[string]any{"LastHeartbeat": row["lastSeen"], "LastError": row["lastError"]},
	}
	list, _ := row["orchestrators"].([]any)
	for _, o := range list {
		if id, ok := o.(string); ok && id != "" {
			orchestrators = append(orchestrators, id)
		}
	}
	return api, orchestrators
}

// upper returns a word of bacviz as the API has it.
func upper(value any) any {
	if s, ok := value.(string); ok {
		return strings.ToUpper(s)
	}
	return value
}

// whole returns a number in the digits of an integer: a double has no other form for one
// of more than 20 digits, and the largest number of bytes is not exact in it.
func whole(n json.Number) json.Number {
	if _, err := strconv.ParseUint(n.String(), 10, 64); err == nil {
		return n
	}
	x, err := n.Float64()
	switch {
	case err != nil || x < 0 || x != math.Trunc(x) || x > 1<<64:
		return n
	case x == 1<<64:
		return json.Number(strconv.FormatUint(math.MaxUint64, 10))
	}
	return json.Number(strconv.FormatUint(uint64(x), 10))
}
