#!/usr/bin/env python3
"""Writes the grant mask of each image: what the first manifest that names it gives to it, or nothing.

A file is touched only if its content changes, so that make proves anew only what must be.
"""
import argparse
import os
import sys

from image import ImageError, grant_mask


def images_of(path):
    """The images that a manifest names, with their masks; docs/profile.md describes the format."""
    masks, image = {}, None
    with open(path, encoding='utf-8') as file:
        for line in file:
            words = line.split()
            if '#' in line:
                words = words[:next((i for i, word in enumerate(words) if word.startswith('#')), len(words))]
            if not words:
                continue
            if words[0] in ('module', 'program'):
                image = ('modules/' if words[0] == 'module' else 'bin/') + words[1]
                masks[image] = 0
            elif words[0] == 'programs':
                masks.update({'bin/' + name: 0 for name in words[1:]})
                image = None
            elif words[0] == 'image':
                masks[words[1]] = masks.pop(image)
                image = words[1]
            elif words[0] == 'grants':
                masks[image] = grant_mask(','.join(words[1:]))
    return masks


def update(path, text):
    try:
        with open(path, encoding='ascii') as file:
            if file.read() == text:
                return
    except FileNotFoundError:
        os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w', encoding='ascii') as file:
        file.write(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--manifest', action='append', default=[])
    parser.add_argument('--out', required=True, help='the folder to write KIND/NAME in')
    parser.add_argument('images', nargs='*', metavar='KIND/NAME')
    args = parser.parse_args()
    masks = {}
    try:
        for manifest in args.manifest:
            masks = {**images_of(manifest), **masks}
        for image in args.images:
            update(os.path.join(args.out, image), f'{masks.get(image, 0):#x}\n')
    except (OSError, ImageError) as error:
        print(f'grant_masks.py: {error}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
