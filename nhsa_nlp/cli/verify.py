"""``nhsa-nlp verify``: whether a bundle is whole and still answers as it did."""

from __future__ import annotations

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.bundled import chosen_bundle
from nhsa_nlp.cli.terminal import Progress, printable
from nhsa_nlp.errors import BundleError
from nhsa_nlp.translation import Message, tr


def verify(
    folder: parameters.BundleFolder = None,
    bundle: parameters.SameBundle = None,
) -> None:
    """Verify a model bundle.

    Checks its format and the SHA-256 of every file, then loads it and asks it about a few built-in
    texts; the answers must be those it gave when it was made.

    Exit status: 0 sound, 2 not.
    """
    from nhsa_nlp.pipeline.bundle import verify_bundle

    path = chosen_bundle(folder, bundle)
    with Progress(tr("verifying {bundle}").format(bundle=path)) as progress:
        manifest = verify_bundle(path)
        typer.echo(
            tr("{name} {version}: {count} files whole").format(
                name=printable(manifest.name), version=printable(manifest.version), count=len(manifest.files)
            )
        )
        if not manifest.replay:
            progress.notice(
                tr("the bundle keeps no answers to compare with; it was made by an older version")
            )
            return
        import nhsa_nlp
        from nhsa_nlp.pipeline.replay import answers, differences

        found = list(differences(manifest.replay, answers(nhsa_nlp.load_analyser(path))))
        if found:
            made = ", ".join(f"{name} {number}" for name, number in manifest.made_with.items())
            answered = (
                Message("{first} (and {more} more)", first=found[0], more=len(found) - 1)
                if len(found) > 1
                else found[0]
            )
            raise BundleError(
                "{answered}; install the versions it was made with ({made}), or train it again",
                path,
                answered=answered,
                made=made,
            )
    typer.echo(tr("{count} sample texts are answered as before").format(count=len(manifest.replay)))
