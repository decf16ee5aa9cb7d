"""Trains the demo model on generated images and exports it, with its settings and labels.

    dotnet run --project tools/Explain.Scenes -c Release -- /tmp/train 32000 1
    dotnet run --project tools/Explain.Scenes -c Release -- /tmp/heldout 3000 2
    /usr/bin/python3 tools/train_demo.py /tmp/train /tmp/heldout src/Explain.Demo/Assets

Needs Debian's python3-torch; took 22 minutes on two busy cores. The sample images:

    dotnet run --project tools/Explain.Scenes -c Release -- samples src/Explain.Demo/Assets/samples 2030
"""
import pathlib
import shutil
import sys
import time
from collections import OrderedDict

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

EPOCHS, BATCH, RATE, DECAY, SEED = 5, 64, 4e-3, 0.02, 1
SIZE, MEAN, STD = 96, 0.5, 0.25
SETTINGS = f"""{{
  "labels": "labels.txt",
  "input": {{
    "name": "image", "layout": "NCHW", "color": "RGB", "size": [{SIZE}, {SIZE}],
    "fit": "crop", "resizeTo": {SIZE}, "interpolation": "bilinear",
    "scale": 0.00392156863, "mean": [{MEAN}, {MEAN}, {MEAN}], "std": [{STD}, {STD}, {STD}]
  }},
  "output": {{ "name": "logits", "activation": "sigmoid" }}
}}
"""


def convolution(before, after, kernel, stride=1):
    return nn.Sequential(nn.Conv2d(before, after, kernel, stride, (kernel - 1) // 2, bias=False), nn.BatchNorm2d(after))


class Residual(nn.Module):
    def __init__(self, before, after, stride):
        super().__init__()
        # An even kernel where the stride is 2 keeps the features centred on the pixels they stand for: three strided 3x3
        # kernels would shift them by 3.5 pixels against the upsampled map, and the heat map beside its object.
        self.first = convolution(before, after, 4 if stride == 2 else 3, stride)
        self.second = convolution(after, after, 3)
        self.skip = nn.Identity() if before == after and stride == 1 else convolution(before, after, stride, stride)

    def forward(self, x):
        return F.relu(self.second(F.relu(self.first(x))) + self.skip(x))


def build(kinds):
    # The names become the tensor names of the ONNX file.
    features = OrderedDict(
        stem=nn.Sequential(convolution(3, 16, 4, 2), nn.ReLU()),
        stage1=Residual(16, 16, 1),
        stage2=Residual(16, 64, 2),
        stage3=Residual(64, 64, 1),
        stage4=Residual(64, 128, 2))
    return nn.Sequential(OrderedDict(
        features=nn.Sequential(features), pool=nn.AdaptiveAvgPool2d(1), flatten=nn.Flatten(), head=nn.Linear(128, kinds)))


def tensor(images):
    return (torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255 - MEAN) / STD


def augment(x):
    """Mirrors, swaps and scales the colours, blurs some: none of it changes what an object is."""
    if torch.rand(()) < 0.5:
        x = x.flip(3)
    x = x[:, torch.randperm(3)]
    x = x * (1 + 0.4 * (torch.rand(len(x), 3, 1, 1) - 0.5)) + 0.6 * (torch.rand(len(x), 1, 1, 1) - 0.5)
    blur = torch.rand(len(x), 1, 1, 1) * (torch.rand(len(x), 1, 1, 1) < 0.4)
    return x + blur * (F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1) - x)


def train(model, folder):
    images = np.load(folder / "images.npy")
    labels = torch.from_numpy(np.load(folder / "labels.npy")).float()
    optimizer = torch.optim.AdamW(model.parameters(), lr=RATE, weight_decay=DECAY)
    steps = len(images) // BATCH
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=EPOCHS * steps, pct_start=0.2)
    for epoch in range(EPOCHS):
        model.train()
        start, total = time.time(), 0.0
        for batch in torch.randperm(len(images))[:steps * BATCH].view(steps, BATCH):
            loss = F.binary_cross_entropy_with_logits(model(augment(tensor(images[batch.numpy()]))), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"epoch {epoch + 1}/{EPOCHS} loss {total / steps:.4f} {time.time() - start:.0f} s", flush=True)


@torch.no_grad()
def evaluate(model, folder):
    """Held-out top-1, and where the maximum of each class's Grad-CAM lies in images with two kinds."""
    model.eval()
    images, masks, kinds = (np.load(folder / f"{name}.npy") for name in ("images", "masks", "kinds"))
    features = [model.features(tensor(images[i:i + 100])) for i in range(0, len(images), 100)]
    logits = torch.cat([model[1:](f) for f in features])
    count = (kinds != 255).sum(1)
    best = logits.argmax(1).numpy()
    present = (kinds == best[:, None]).any(1)
    names = (folder / "labels.txt").read_text().split()
    print(f"top-1, one kind in the image: {100 * present[count == 1].mean():.2f} % of {(count == 1).sum()}")
    print(f"top-1 is a kind in the image: {100 * present.mean():.2f} % of {len(count)}")
    top = np.argsort(-logits.numpy(), 1)
    sets = [set(top[i, :count[i]]) == set(kinds[i, :count[i]]) for i in range(len(count))]
    print(f"all kinds of the image ranked first: {100 * np.mean(sets):.2f} %")
    features, weights = torch.cat(features), model.head.weight
    in_mask, in_box, missed = [], [], {}
    for i in np.flatnonzero(count == 2):
        for number in range(2):
            kind = kinds[i, number]
            # Behind global average pooling the gradient of a logit is its row of weights, up to a constant.
            cam = F.relu((weights[kind][:, None, None] * features[i]).sum(0))
            cam = F.interpolate(cam[None, None], size=(SIZE, SIZE), mode="bilinear", align_corners=False)[0, 0]
            y, x = divmod(int(cam.argmax()), SIZE)
            rows, columns = np.nonzero(masks[i] == number + 1)
            in_mask.append(masks[i, y, x] == number + 1)
            in_box.append(rows.min() <= y <= rows.max() and columns.min() <= x <= columns.max())
            if not in_mask[-1]:
                missed[names[kind]] = missed.get(names[kind], 0) + 1
    print(f"Grad-CAM maximum inside its own object: {100 * np.mean(in_mask):.2f} % of {len(in_mask)}; inside its box: {100 * np.mean(in_box):.2f} %")
    print("missed, by kind:", missed)


def export(model, folder):
    folder.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(
        model.eval(), torch.zeros(1, 3, SIZE, SIZE), str(folder / "model.onnx"), opset_version=17,
        input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "N"}, "logits": {0: "N"}})
    (folder / "model.json").write_text(SETTINGS)


def main():
    data, heldout, target = (pathlib.Path(argument) for argument in sys.argv[1:4])
    torch.manual_seed(SEED)
    torch.set_num_threads(2)
    model = build(len((data / "labels.txt").read_text().split()))
    train(model, data)
    evaluate(model, heldout)
    export(model, target)
    shutil.copy(data / "labels.txt", target / "labels.txt")


if __name__ == "__main__":
    main()
