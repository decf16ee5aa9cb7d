# syntax=docker/dockerfile:1
FROM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source

# Projects and lock files first: the restore stays cached until a dependency changes.
COPY global.json Directory.Build.props Directory.Packages.props .editorconfig ./
COPY src/Explain.Autodiff/Explain.Autodiff.csproj src/Explain.Autodiff/packages.lock.json src/Explain.Autodiff/
COPY src/Explain.Kernels/Explain.Kernels.csproj src/Explain.Kernels/packages.lock.json src/Explain.Kernels/
COPY src/Explain.Engine/Explain.Engine.csproj src/Explain.Engine/packages.lock.json src/Explain.Engine/
COPY src/Explain.Service/Explain.Service.csproj src/Explain.Service/packages.lock.json src/Explain.Service/
RUN dotnet restore src/Explain.Service --locked-mode

COPY src/ src/
# Native libraries come for every platform there is; only those of this one are kept.
RUN dotnet publish src/Explain.Service -c Release --no-restore -o /app \
 && find /app/runtimes -mindepth 1 -maxdepth 1 ! -name 'linux' ! -name 'linux-x64' ! -name 'linux-arm64' -exec rm -r {} +

FROM mcr.microsoft.com/dotnet/aspnet:10.0
WORKDIR /app
COPY --from=build /app ./

# The image's own user and port: app, 8080. Models are mounted read-only at /models, or the demo model alone is served.
RUN mkdir /models
ENV ASPNETCORE_HTTP_PORTS=8080 \
    Explain__ModelsDirectory=/models \
    DOTNET_EnableDiagnostics=0
USER $APP_UID
EXPOSE 8080
VOLUME /models
ENTRYPOINT ["dotnet", "Explain.Service.dll"]
