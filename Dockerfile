# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble@sha256:35d40304542c8689331f8cab17c65926cdf48fe711e289321d71924b230a7d29 AS build
# amd64 or arm64: BuildKit sets it. A default here would win over what it sets.
ARG TARGETARCH
WORKDIR /source

# Projects and lock files first: the restore stays cached until a dependency changes.
COPY .config/ .config/
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Explain.Autodiff/Explain.Autodiff.csproj src/Explain.Autodiff/packages.lock.json src/Explain.Autodiff/
COPY src/Explain.Kernels/Explain.Kernels.csproj src/Explain.Kernels/packages.lock.json src/Explain.Kernels/
COPY src/Explain.Engine/Explain.Engine.csproj src/Explain.Engine/packages.lock.json src/Explain.Engine/
COPY src/Explain.Demo/Explain.Demo.csproj src/Explain.Demo/packages.lock.json src/Explain.Demo/
COPY src/Explain.Evaluation/Explain.Evaluation.csproj src/Explain.Evaluation/packages.lock.json src/Explain.Evaluation/
COPY src/Explain.Service/Explain.Service.csproj src/Explain.Service/packages.lock.json src/Explain.Service/
COPY src/Explain.Cli/Explain.Cli.csproj src/Explain.Cli/packages.lock.json src/Explain.Cli/
RUN dotnet restore src/Explain.Service -a "${TARGETARCH:?is set by BuildKit: docker buildx build}" --locked-mode \
 && dotnet restore src/Explain.Cli -a $TARGETARCH --locked-mode

COPY README.md CONTRIBUTING.md ./
COPY docs/ docs/
COPY src/ src/
RUN dotnet publish src/Explain.Service -c Release --no-restore -a $TARGETARCH -o out \
 && dotnet publish src/Explain.Cli -c Release --no-restore -a $TARGETARCH -o out/cli \
 && dotnet tool restore \
 && dotnet dotnet-CycloneDX src/Explain.Service/Explain.Service.csproj -dpr -F Json -o out -fn sbom.cdx.json \
 && dotnet dotnet-CycloneDX src/Explain.Cli/Explain.Cli.csproj -dpr -F Json -o out/cli -fn sbom.cdx.json

# Captions of several maps in one image: Latin, Greek, Cyrillic, Arabic, Chinese, Japanese, Korean.
FROM mcr.microsoft.com/dotnet/sdk:10.0-noble@sha256:35d40304542c8689331f8cab17c65926cdf48fe711e289321d71924b230a7d29 AS fonts
RUN apt-get update \
 && apt-get install --yes --no-install-recommends fontconfig fonts-dejavu-core fonts-wqy-microhei

# No shell, no package manager, no ICU: what the native libraries ask for is in it (libc6, libgcc-s1, libstdc++6, libssl3).
FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled@sha256:48e51f2f6798897be7ac4e775c049ed8fe60d3190f637e1f9c9dc7513efa659c
# Models are mounted here, read-only; without any, the demo model is served. There is no mkdir, but WORKDIR makes folders.
WORKDIR /models
WORKDIR /app
COPY --from=build /source/out ./
COPY --from=fonts /etc/fonts/ /etc/fonts/
COPY --from=fonts /usr/share/fonts/ /usr/share/fonts/
COPY --from=fonts /usr/share/fontconfig/ /usr/share/fontconfig/
COPY --from=fonts /var/cache/fontconfig/ /var/cache/fontconfig/
# Few heaps of native memory: with one for each thread, a service under load holds a quarter more.
ENV MALLOC_ARENA_MAX=2 \
    ASPNETCORE_HTTP_PORTS=8080 \
    DOTNET_EnableDiagnostics=0 \
    Explain__ModelsDirectory=/models
# app, by number: Kubernetes cannot see that a name is not root.
USER 1654
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s --retries=3 CMD ["dotnet", "Explain.Service.dll", "--health-check"]
ENTRYPOINT ["dotnet", "Explain.Service.dll"]
