"""What the server tells about itself and its models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.fake_ollama.script import FakeModel

if TYPE_CHECKING:
    from support.fake_ollama.server import FakeOllama

_MODIFIED = "2026-11-23T15:50:20.468448905-05:00"


def details(model: FakeModel) -> dict[str, Any]:
    """Return the details block of a model."""
    return {
        "parent_model": "",
        "format": "" if model.remote_host else "gguf",
        "family": model.family,
        "families": [model.family],
        "parameter_size": model.parameters,
        "quantization_level": "Q4_K_M",
    }


def tags(server: FakeOllama) -> dict[str, Any]:
    """Return /api/tags; its capabilities are as unreliable as the real ones."""
    listed = []
    for model in server.models:
        entry: dict[str, Any] = {
            "name": model.name,
            "model": model.name,
            "modified_at": _MODIFIED,
            "size": model.size,
            "digest": model.digest,
            "details": details(model),
        }
        if model.remote_host:
            entry |= {"remote_host": model.remote_host, "remote_model": model.name.split("-")[0]}
        if server.at_least(0, 30):
            entry["details"] |= {"context_length": model.context}
            # The quick scan calls every model of converted files a chat model.
            guess = ["completion"] if model.can("embedding") else list(model.capabilities)
            entry["capabilities"] = guess
        listed.append(entry)
    return {"models": listed}


def show(server: FakeOllama, model: FakeModel) -> dict[str, Any]:
    """Return /api/show."""
    family = model.family
    info: dict[str, Any] = {
        "general.architecture": family,
        f"{family}.context_length": model.context,
        f"{family}.block_count": model.blocks,
        f"{family}.embedding_length": model.width,
        f"{family}.attention.head_count": model.kv_heads * 4,
        f"{family}.attention.head_count_kv": model.kv_heads,
        f"{family}.attention.key_length": model.head,
        f"{family}.attention.value_length": model.head,
        "tokenizer.ggml.tokens": None,
    }
    answer: dict[str, Any] = {
        "modelfile": f"FROM {model.name}\n",
        "template": "{{ .Prompt }}",
        "details": details(model),
        "model_info": info,
        "tensors": [{"name": "token_embd.weight", "type": "Q4_K", "shape": [384, 32000]}],
        "modified_at": _MODIFIED,
    }
    if server.at_least(0, 6):
        answer["capabilities"] = list(model.capabilities)
    if model.remote_host:
        answer |= {"remote_host": model.remote_host, "remote_model": model.name.split("-")[0]}
    return answer


def ps(server: FakeOllama) -> dict[str, Any]:
    """Return /api/ps: models in memory; one that is still loading is not among them."""
    listed = []
    for name, loaded in server.loaded().items():
        model = server.find(name)
        if model is None:
            continue
        entry = {
            "name": model.name,
            "model": model.name,
            "size": model.size,
            "digest": model.digest,
            "details": details(model),
            "expires_at": "2318-11-23T15:50:20.46844890-05:00",
            "size_vram": 0,
        }
        if server.at_least(0, 10):
            entry["context_length"] = min(loaded.num_ctx, model.context)
        listed.append(entry)
    return {"models": listed}
