#!/usr/bin/env python3
"""The Python script that bacviz replaces: topology.py NODES.json PICTURE"""
import json
import sys

import matplotlib
matplotlib.use("Agg")
import matplotlib.pyplot as plt
import networkx as nx


def short(node_id):
    parts = node_id.split("-")
    return "-".join(parts[:2]) if len(parts) > 3 else node_id


with open(sys.argv[1]) as f:
    nodes = json.load(f)["Nodes"]
hub = next((n["Info"]["NodeID"] for n in nodes if n["Info"]["NodeType"] == "Requester"), "Requester Node")

graph = nx.Graph()
graph.add_node(short(hub))
for node in nodes:
    if node["Info"]["NodeType"] == "Compute" and node["Connection"] == "CONNECTED":
        graph.add_edge(short(hub), short(node["Info"]["NodeID"]))

plt.figure(figsize=(12, 8))
colors = ["orange" if n == short(hub) else "skyblue" for n in graph]
nx.draw(graph, nx.spring_layout(graph, seed=1), node_color=colors, with_labels=True, node_size=2000, font_size=8)
plt.savefig(sys.argv[2], dpi=100)
