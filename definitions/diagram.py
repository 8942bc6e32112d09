"""The picture of a step graph, as text for tools that draw."""

from definitions.graph import StepGraph


def mermaid(graph: StepGraph) -> str:
    """Return the graph in Mermaid's notation."""
    lines = ["graph LR"]
    lines += [f'  {key}["{key}: {graph.steps[key].runner_name}"]' for key in graph.order]
    for key in graph.order:
        lines += [f"  {key} --> {child}" for child in graph.children(key)]
    return "\n".join(lines)
