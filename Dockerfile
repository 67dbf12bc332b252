# The command, the desk and OCR in an image that runs as an ordinary user and needs no network; see docs/install.md.
FROM python:3.13-slim AS build
ARG EXTRAS=desk,ocr
COPY . /source
RUN python -m venv --upgrade-deps /opt/nhsa-nlp \
    && /opt/nhsa-nlp/bin/pip install --no-cache-dir -c /source/constraints.txt "/source[$EXTRAS]" \
    && /opt/nhsa-nlp/bin/pip uninstall -q -y pip \
    && find /opt/nhsa-nlp -type d -name tests -prune -exec rm -rf {} +

FROM python:3.13-slim
RUN useradd --uid 1000 --create-home nhsa \
    && install -d -o nhsa -g nhsa /data
COPY --from=build /opt/nhsa-nlp /opt/nhsa-nlp
ENV PATH=/opt/nhsa-nlp/bin:$PATH LANG=C.UTF-8 NHSA_NLP_DESK=/data/desk
USER nhsa
WORKDIR /data
EXPOSE 8642
ENTRYPOINT ["nhsa-nlp"]
CMD ["--help"]
